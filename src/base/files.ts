import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { lstat, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'

const absent = new Set(['ENOENT', 'ENOTDIR'])

/** Whether an error of the file system says that there is nothing at that path. */
export function isAbsent(error: unknown): boolean {
  return absent.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}

/** What is at a path, a link itself and not what it leads to; `undefined` when there is nothing. */
export async function statLink(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(undefinedIfAbsent)
}

/** What a path leads to, links followed; `undefined` when there is nothing. */
export async function statFile(path: string): Promise<Stats | undefined> {
  return stat(path).catch(undefinedIfAbsent)
}

/** The bytes of a file, or `undefined` when there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(undefinedIfAbsent)
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error
}

/** A name for a temporary file or folder beside `path`: on the same file system, so that a rename can put it in place. */
export function temporaryBeside(path: string): string {
  // Cut, so that a name of the longest length still has room for the rest.
  return join(dirname(path), `.${basename(path).slice(0, 50)}.${randomBytes(6).toString('hex')}.tmp`)
}

/** Replaces a file in one step: a reader sees the old bytes or all of the new ones, a crash leaves one of the two. */
export async function writeAtomic(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Whether `path` is `folder` or lies within it, as names go; links are not looked at. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** A path as one would say it in `cwd`: relative when it lies within or just beside. */
export function nearPath(cwd: string, path: string): string {
  const way = relative(cwd, path) || '.'
  const isNear = isWithin(cwd, path) || (way.startsWith('..') && !way.startsWith(`..${sep}..`))
  return isNear ? way : path
}

/** A path as a person would type it in `cwd`: near, and quoted when a shell needs it. */
export function typedPath(cwd: string, path: string): string {
  return shellWord(nearPath(cwd, path))
}

/** A word as a shell takes it whole: bare when nothing in it is special, else in quotes. */
export function shellWord(word: string): string {
  if (/^[\p{L}\p{M}\p{N}_@%+=:,./\\-]+$/u.test(word)) return word
  return sep === '\\' ? `"${word}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
