import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isRunning } from '../base/running.ts'
import { exportUnwritten } from './errors.ts'

export type Print = (line: string) => Promise<void> | void

/**
 * Writes beside the file and puts it in its place at the end; only the user may read what may be secret. Takes away what
 * former attempts left behind that were killed.
 * @throws TAO_EXPORT_UNWRITTEN, and what `write` throws; nothing is left then
 */
export async function writeExportFile(
  path: string,
  write: (print: Print) => Promise<number>,
): Promise<number> {
  await removeLeftovers(path)
  const temporary = join(
    dirname(path),
    `${ownPrefix(path)}${process.pid}.${randomBytes(6).toString('hex')}.tmp`,
  )
  const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
    throw unwritten(path, error)
  })
  let waiting: string[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    const text = waiting.join('')
    waiting = []
    size = 0
    await handle.appendFile(text)
  }
  try {
    try {
      const documents = await write((line) => {
        waiting.push(line, '\n')
        size += line.length
        return size > 1_000_000 ? flush() : undefined
      })
      await flush()
      await handle.sync()
      await handle.close()
      await rename(temporary, path)
      return documents
    } finally {
      await handle.close().catch(() => {})
    }
  } catch (error) {
    await rm(temporary, { force: true })
    throw unwritten(path, error)
  }
}

/** Those of this place alone: elsewhere, behind a network or in another container, the same number is another process. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = ownPrefix(path)
  // A folder that is not there, or that cannot be read, is told of when the file is made.
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(prefix)) continue
    const pid = Number(/^(\d+)\.[\da-f]{12}\.tmp$/.exec(name.slice(prefix.length))?.[1] ?? 0)
    const isLeft = pid > 0 && (pid === process.pid || !isRunning(pid))
    if (isLeft) await rm(join(folder, name), { force: true }).catch(() => {})
  }
}

/** What names of temporary files for `path` begin with; cut, so that a long name has room for the rest. */
function ownPrefix(path: string): string {
  const place = createHash('sha256').update(processPlace()).digest('hex').slice(0, 8)
  return `.${basename(path).slice(0, 50)}.export-${place}-`
}

/** As far as process numbers reach: on Linux the running kernel and the namespace of processes. */
function processPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

const reasons: Readonly<Record<string, [why: string, hint: string]>> = {
  ENOSPC: [
    'its disk is full',
    'Free some space, or name a file on another disk; nothing is left of the attempt.',
  ],
  EDQUOT: ['the quota of this user is used up', 'Free some space; nothing is left of the attempt.'],
  ENOENT: ['its folder is not there', 'Make the folder, or name another.'],
  ENOTDIR: ['its folder is not there', 'Make the folder, or name another.'],
  EISDIR: ['it is a folder', 'Name a file in it.'],
  EACCES: ['this user may not write there', 'Name a file elsewhere.'],
  EPERM: ['this user may not write there', 'Name a file elsewhere.'],
  EROFS: ['its disk is read-only', 'Name a file elsewhere.'],
}

/** A failed file operation as what a user can act on; everything else as it is. */
function unwritten(path: string, error: unknown): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason ? exportUnwritten(path, reason[0], { hint: reason[1], cause: error }) : error
}
