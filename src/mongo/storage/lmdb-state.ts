import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { StoreError } from './errors.ts'
import { damaged, readMeta, type Meta } from './lmdb-file.ts'
import { checkPages } from './lmdb-pages.ts'
import { syncFolder } from './log.ts'

const PIECE = 4 * 1024 * 1024

interface State {
  readonly transaction: string
  readonly checksum: number
  /** Logs below this number are in the file. */
  readonly log: number
  /** How the file was left when it was closed. */
  readonly closed?: { readonly stamp: string; readonly crc: number } | undefined
}

/**
 * Looks at a data file before it is opened. Its head must be the one noted when it was last written, or a later one when the
 * last owner did not close it; then every page is looked at: one of them may be what ended it. So it is when the file
 * is shorter than its pages, which may be those that need no place, or be missing.
 *
 * @throws StoreError STORE_CORRUPT
 */
export function checkLmdbFile(folder: string, path: string): void {
  const meta = readMeta(path)
  const noted = readState(folder)
  if (noted && !meta) throw damaged(path, 'it is missing or empty')
  if (noted && meta && meta.transaction < BigInt(noted.transaction)) {
    throw damaged(path, `it ends before transaction ${noted.transaction}, which it held`)
  }
  if (meta === undefined) return
  const isOpen = existsSync(markOf(folder))
  const isSame = noted && meta.transaction === BigInt(noted.transaction)
  if (isSame ? meta.checksum !== noted.checksum : noted && !isOpen)
    throw damaged(path, 'its head has changed')
  if (!isOpen && noted?.closed && !isAsLeft(path, noted.closed)) {
    throw damaged(path, 'its contents have changed since it was closed')
  }
  if (meta.size < meta.needed) lengthen(path, meta)
  else if (!isSame || isOpen) checkPages(path, meta)
}

/** Gives a file that holds every page in use the length its head speaks of: beyond its end nothing may be read. */
function lengthen(path: string, meta: Meta): void {
  try {
    checkPages(path, meta)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    throw damaged(path, `it holds ${meta.size} bytes of ${meta.needed}`)
  }
  truncateSync(path, meta.needed)
}

/**
 * Nothing but LMDB writes to the file, so one whose times and place on the disk are as they were is taken for the same. A
 * copy has others, and is read through: about half a second for a gigabyte.
 */
function isAsLeft(path: string, { stamp, crc }: NonNullable<State['closed']>): boolean {
  return stampOf(path) === stamp || crcOf(path) === crc
}

function stampOf(path: string): string {
  const { size, ino, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
  return [size, ino, mtimeNs, ctimeNs].join(' ')
}

function crcOf(path: string): number {
  const file = openSync(path, 'r')
  try {
    const piece = Buffer.allocUnsafe(PIECE)
    let crc = 0
    for (;;) {
      const count = readSync(file, piece, 0, PIECE, null)
      if (count === 0) return crc
      crc = crc32(piece.subarray(0, count), crc)
    }
  } finally {
    closeSync(file)
  }
}

/** Notes the head of the file as it is now. @param log the number of the first log that is not in it */
export function noteState(folder: string, path: string, log: number): void {
  writeState(folder, path, log, undefined)
}

/** Notes the whole file, which is closed; on the disk before the mark goes, or a power cut could leave neither. */
export function noteClosed(folder: string, path: string, log: number): void {
  const stamp = stampOf(path)
  const before = readState(folder)?.closed
  // Reading it all again would make a command that only looks wait.
  const crc = before?.stamp === stamp ? before.crc : crcOf(path)
  writeState(folder, path, log, { stamp, crc })
  syncFolder(folder)
  rmSync(markOf(folder), { force: true })
}

function writeState(folder: string, path: string, log: number, closed: State['closed']): void {
  const meta = readMeta(path)
  if (!meta) return
  const state: State = { transaction: String(meta.transaction), checksum: meta.checksum, log, closed }
  const file = join(folder, 'store.state')
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600, flush: closed !== undefined })
    renameSync(`${file}.new`, file)
  } catch (error) {
    rmSync(`${file}.new`, { force: true })
    throw error
  }
}

/** Until `noteClosed` the file counts as one that was not closed. */
export function mark(folder: string): void {
  writeFileSync(markOf(folder), '', { mode: 0o600 })
  syncFolder(folder)
}

/** The first log that may hold something the file does not: one before it is a leftover, or an old one put back. */
export function firstLog(folder: string): number {
  return readState(folder)?.log ?? 0
}

function markOf(folder: string): string {
  return join(folder, 'store.open')
}

/** Undefined where there is none yet, and where a power cut has left none that can be read. */
function readState(folder: string): State | undefined {
  try {
    const state = JSON.parse(readFileSync(join(folder, 'store.state'), 'utf8')) as Partial<State>
    const { transaction, checksum, closed } = state
    if (typeof transaction !== 'string' || !/^\d+$/.test(transaction)) return undefined
    const log = typeof state.log === 'number' ? state.log : 0
    return typeof checksum === 'number' ? { transaction, checksum, log, closed } : undefined
  } catch {
    return undefined
  }
}
