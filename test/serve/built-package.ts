import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

/** tao as its users have it: built, in a folder of its own. The children of a server are real processes and run that. */
export interface BuiltPackage {
  folder: string
  remove(): void
}

export function buildPackage(): BuiltPackage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tao-package-')))
  for (const part of ['dist', 'templates', 'package.json']) {
    cpSync(join(packageFolder, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(packageFolder, 'node_modules'), join(folder, 'node_modules'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
