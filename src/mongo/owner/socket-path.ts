import { createHash } from 'node:crypto'
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { StoreError } from '../storage/errors.ts'
import { currentPlace } from './place.ts'

/** Node cuts a longer path silently on Linux (108); macOS takes 104, both with the closing zero. */
const MAX_PATH = 103

/**
 * The socket of a data folder: in a folder of the temp folder that only this user may enter, named by a hash, so that
 * every process comes to the same name however deep the data folder lies.
 */
export function folderSocketPath(folder: string, temps?: readonly string[]): string {
  return socketPath(createHash('sha256').update(folder).digest('hex').slice(0, 24), { data: folder, temps })
}

/** A socket for data that end with this process; of a name no other process or thread has. */
export function memorySocketPath(name: string): string {
  const start = `m-${createHash('sha256').update(currentPlace()).digest('hex').slice(0, 6)}-`
  const path = socketPath(`${start}${process.pid}-${name}`)
  if (process.platform !== 'win32') sweep(dirname(path), start)
  return path
}

/** Whether a socket path found in a lock file can be used again. */
export function isUsable(path: string): boolean {
  if (process.platform === 'win32') return path.startsWith('\\\\.\\pipe\\')
  return Buffer.byteLength(path) <= MAX_PATH && !path.includes('%') && isPrivate(dirname(path))
}

/** What MongoClient takes for a socket: percent-encoded, and ending in .sock as the driver wants it. */
export function socketUri(path: string): string {
  return `mongodb://${encodeURIComponent(path)}/`
}

/** `data` is the last resort, since a folder that is shared over a network has no sockets. */
function socketPath(
  name: string,
  { data, temps = [tmpdir(), '/tmp'] }: { data?: string; temps?: readonly string[] | undefined } = {},
): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\tao-${name}.sock`
  const own = `tao-${process.getuid?.() ?? 0}`
  const folders = temps.map((temp) => join(temp, own))
  if (data !== undefined) folders.push(join(data, 'socket'))
  let refused: unknown
  for (const folder of folders) {
    const path = join(folder, `${name}.sock`)
    // The driver refuses a socket whose path holds a percent sign.
    if (Buffer.byteLength(path) > MAX_PATH || path.includes('%')) continue
    try {
      makePrivate(folder)
      accessSync(folder, constants.W_OK)
      return path
    } catch (error) {
      if (error instanceof StoreError) throw error
      refused ??= error
    }
  }
  if (refused === undefined) {
    throw new StoreError(
      'STORE_PATH',
      `No temporary folder is short enough for a socket: ${tmpdir()}.`,
      'Set TMPDIR to a shorter path.',
    )
  }
  throw new StoreError(
    'STORE_PATH',
    `The temporary folder ${temps[0]} cannot be written to, and the store needs a place for its socket.`,
    'Set TMPDIR to a folder that this user may write to.',
    refused,
  )
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (isPrivate(folder)) return
  const { uid } = lstatSync(folder)
  if (uid === process.getuid?.() && lstatSync(folder).isDirectory()) chmodSync(folder, 0o700)
  if (!isPrivate(folder)) {
    throw new StoreError(
      'STORE_PATH',
      `The socket folder ${folder} belongs to somebody else.`,
      'Remove it, or set TMPDIR to a folder of your own.',
    )
  }
}

function isPrivate(folder: string): boolean {
  try {
    const found = lstatSync(folder)
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
  } catch {
    return false
  }
}

/** Removes sockets of memory stores whose process was killed, of this place only: others number theirs anew. */
function sweep(folder: string, start: string): void {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(start) ? Number.parseInt(name.slice(start.length), 10) : 0
    if (pid && !isAlive(pid)) rmSync(join(folder, name), { force: true })
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
