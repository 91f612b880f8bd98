// Installs what package-lock.json names when it is not there, or not all of it: the first step of every other script,
// so that one command does on a fresh clone. Uses nothing but Node.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Of the checkout, or of another folder with a package-lock.json; ends the process when npm fails. */
export function install(folder = root) {
  if (!tryInstall(folder)) process.exit(1)
}

/** The same; false when npm fails. */
export function tryInstall(folder) {
  const lock = join(folder, 'package-lock.json')
  const installed = join(folder, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true
  console.error('Installing what is missing: npm ci')
  return start('npm', ['ci', '--no-audit', '--no-fund'], folder) === 0
}

/** Runs a command with this terminal, in the checkout or another folder; ends the process with its status when it fails. */
export function run(command, args, cwd = root) {
  const status = start(command, args, cwd)
  if (status !== 0) process.exit(status ?? 1)
}

function start(command, args, cwd) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) console.error(`${command} could not be started: ${error.message}`)
  return status
}
