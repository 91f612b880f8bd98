// Installs what package-lock.json names when it is not there, or not all of it: the first step of every other script,
// so that one command does on a fresh clone. Uses nothing but Node.
//
// What npm has installed it writes down in node_modules/.package-lock.json, at the end: the two are compared by what they say.
// By their times, every switch of branches would take away the packages under whatever else runs here.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Of the checkout, or of another folder with a package-lock.json; ends the process when npm fails. */
export function install(folder = root) {
  if (!tryInstall(folder)) process.exit(1)
}

/** The same; false when npm fails. */
export function tryInstall(folder) {
  if (isInstalled(folder)) return true
  console.error('Installing what is missing: npm ci')
  return start('npm', ['ci', '--no-audit', '--no-fund'], folder) === 0
}

/** Whether node_modules has each package of package-lock.json and no other, but for those of other platforms. */
export function isInstalled(folder) {
  const wanted = packagesOf(join(folder, 'package-lock.json'))
  const found = packagesOf(join(folder, 'node_modules', '.package-lock.json'))
  if (wanted === undefined || found === undefined) return false
  const isThere = ([path, { version, integrity, optional }]) => {
    const there = found[path]
    if (path === '' || there === undefined) return path === '' || optional === true
    return there.version === version && there.integrity === integrity
  }
  return Object.entries(wanted).every(isThere) && Object.keys(found).every((path) => path in wanted)
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
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
