import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export type GitResult = 'made' | 'inside another' | 'no git'

/** Makes a folder a git repository, unless it lies in one. A missing or failing git is no reason to stop. */
export async function gitInit(
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<GitResult> {
  if (isInRepository(folder)) return 'inside another'
  // Set within hooks of git, these would make it a repository elsewhere.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, ...clean } = env
  try {
    await promisify(execFile)('git', ['init', '--quiet'], { cwd: folder, env: clean, signal })
    return 'made'
  } catch {
    return 'no git'
  }
}

function isInRepository(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if (existsSync(join(path, '.git'))) return true
    if (dirname(path) === path) return false
  }
}
