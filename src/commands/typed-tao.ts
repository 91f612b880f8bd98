import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { PackageManager } from './installers.ts'

const runners: Record<PackageManager, string> = {
  npm: 'npx tao',
  pnpm: 'pnpm tao',
  yarn: 'yarn tao',
  bun: 'bunx tao',
}

/**
 * How `tao` is typed in a project here: by its name when the shell finds it, else by way of the package manager. What npx
 * and scripts put into PATH for as long as they run does not count.
 */
export function typedTao(env: Readonly<Record<string, string | undefined>>, manager: PackageManager): string {
  const names = process.platform === 'win32' ? ['tao.cmd', 'tao.exe'] : ['tao']
  const isFound = (env['PATH'] ?? env['Path'] ?? '')
    .split(delimiter)
    .some(
      (folder) =>
        folder !== '' &&
        !/[/\\]node_modules[/\\]\.bin/.test(folder) &&
        names.some((name) => existsSync(join(folder, name))),
    )
  return isFound ? 'tao' : runners[manager]
}
