import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const
export type PackageManager = (typeof packageManagers)[number]

/** The package manager that started us (`pnpm dlx`, `bunx`) says its name in the environment; else npm. */
export function callingPackageManager(env: Readonly<Record<string, string | undefined>>): PackageManager {
  const caller = env['npm_config_user_agent']?.split('/')[0]
  return packageManagers.find((name) => name === caller) ?? 'npm'
}

const lockfiles: Record<string, PackageManager> = {
  'package-lock.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
}

/** What an install may leave at the top of a project. */
export const installLeavings: readonly string[] = [
  'node_modules',
  ...Object.keys(lockfiles),
  '.yarn',
  '.pnp.cjs',
  '.pnp.loader.mjs',
]

/** The package manager a project is kept with, by its lockfile. */
export function projectPackageManager(root: string): PackageManager {
  const lockfile = Object.keys(lockfiles).find((name) => existsSync(join(root, name)))
  return lockfile === undefined ? 'npm' : lockfiles[lockfile]!
}
