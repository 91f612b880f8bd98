import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from './errors.ts'
import { damaged, readMeta, type Meta } from './lmdb-file.ts'
import { checkPages } from './lmdb-pages.ts'

interface State {
  readonly transaction: string
  readonly checksum: number
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

/** Notes the head of the file as it is now. */
export function noteState(folder: string, path: string): void {
  const meta = readMeta(path)
  if (!meta) return
  const state: State = { transaction: String(meta.transaction), checksum: meta.checksum }
  const file = join(folder, 'store.state')
  writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Until `unmark` the file counts as one that was not closed. */
export function mark(folder: string): void {
  writeFileSync(markOf(folder), '', { mode: 0o600 })
}

export function unmark(folder: string): void {
  rmSync(markOf(folder), { force: true })
}

function markOf(folder: string): string {
  return join(folder, 'store.open')
}

/** Undefined where there is none yet, and where a power cut has left none that can be read. */
function readState(folder: string): State | undefined {
  try {
    const state = JSON.parse(readFileSync(join(folder, 'store.state'), 'utf8')) as Partial<State>
    const { transaction, checksum } = state
    if (typeof transaction !== 'string' || !/^\d+$/.test(transaction)) return undefined
    return typeof checksum === 'number' ? { transaction, checksum } : undefined
  } catch {
    return undefined
  }
}
