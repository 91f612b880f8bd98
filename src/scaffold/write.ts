import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { isWithin, temporaryBeside } from '../base/files.ts'
import { TaoError } from '../base/errors.ts'
import { interrupted, reasonOf, undoFailed, writeFailed } from './errors.ts'
import type { Draft } from './fill.ts'
import type { Plan } from './plan.ts'

export interface Written {
  /** Links that could not be made: this file system or this user may have none. */
  refusedLinks: string[]
  /** Takes everything away again, as if nothing had been written. */
  readonly undo: () => void
}

type FileDraft = Extract<Draft, { kind: 'file' }>
type LinkDraft = Extract<Draft, { kind: 'link' }>
type Undo = () => void

/** What one rename puts in place: the topmost path that is not there yet, with all files at or below it. */
interface Unit {
  path: string
  staged: string
  files: FileDraft[]
}

/**
 * Carries out what a plan says to create, all or nothing. Everything is written under temporary names beside the targets,
 * then renamed into place in one go. Whatever goes wrong, an abort of the signal included, takes all of it away.
 * @throws TAO_WRITE_FAILED naming the path and the reason; TAO_INTERRUPTED
 */
export async function writePlan(plan: Plan, signal: AbortSignal): Promise<Written> {
  const drafts = plan.entries.filter(({ action }) => action === 'create').map(({ draft }) => draft)
  const units = divide(
    plan.root,
    drafts.filter((draft) => draft.kind === 'file'),
  )
  const undos: Undo[] = []
  let at = plan.root
  try {
    for (const unit of units) {
      await makeFolders(dirname(unit.path), undos)
      undos.push(() => rmSync(unit.staged, { recursive: true, force: true }))
      for (const file of unit.files) {
        at = join(plan.root, file.path)
        await stage(unit, at, file)
        if (signal.aborted) throw interrupted()
      }
    }
    // No await from here on: a signal is heard before or after, never between two renames.
    for (const { path, staged } of units) {
      at = path
      putInPlace(staged, path, undos)
    }
    const refusedLinks: string[] = []
    for (const link of drafts.filter((draft) => draft.kind === 'link')) {
      at = join(plan.root, link.path)
      if (!makeLink(at, link, undos)) refusedLinks.push(link.path)
    }
    return { refusedLinks, undo: () => undoAll(undos) }
  } catch (error) {
    undoAll(undos)
    throw error instanceof TaoError ? error : writeFailed(at, reasonOf(error), { cause: error })
  }
}

function divide(root: string, files: readonly FileDraft[]): Unit[] {
  const units = new Map<string, Unit>()
  for (const file of files) {
    const path = topmostMissing(root, join(root, file.path))
    const unit = units.get(path) ?? { path, staged: temporaryBeside(path), files: [] }
    unit.files.push(file)
    units.set(path, unit)
  }
  return [...units.values()]
}

function topmostMissing(root: string, path: string): string {
  let missing = path
  for (let folder = dirname(path); isWithin(root, folder) && !existsSync(folder); folder = dirname(folder)) {
    missing = folder
  }
  return missing
}

async function makeFolders(folder: string, undos: Undo[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first !== undefined) undoFolders(first, folder, undos)
}

function undoFolders(first: string, last: string, undos: Undo[]): void {
  const made: string[] = []
  for (let path = last; isWithin(first, path); path = dirname(path)) made.unshift(path)
  undos.push(...made.map((path) => () => removeIfEmpty(path)))
}

async function stage(unit: Unit, path: string, { text, mode }: FileDraft): Promise<void> {
  const staged = join(unit.staged, relative(unit.path, path))
  await mkdir(dirname(staged), { recursive: true })
  await writeFile(staged, text, { flag: 'wx', mode })
}

function putInPlace(staged: string, path: string, undos: Undo[]): void {
  if (lstatSync(staged).isDirectory()) {
    if (existsSync(path)) throw new Error('it was made by somebody else meanwhile')
    renameSync(staged, path)
    undos.push(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }))
    return
  }
  linkFile(staged, path)
  undos.push(() => rmSync(path, { force: true }))
  unlinkSync(staged)
}

/** A rename would replace a file that appeared meanwhile, a hard link refuses to. Some file systems have no hard links. */
function linkFile(staged: string, path: string): void {
  try {
    linkSync(staged, path)
  } catch (error) {
    if (existsSync(path)) throw error
    renameSync(staged, path)
  }
}

const linkRefusals = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'UNKNOWN'])

function makeLink(path: string, { target }: LinkDraft, undos: Undo[]): boolean {
  const folder = dirname(path)
  const first = mkdirSync(folder, { recursive: true })
  if (first !== undefined) undoFolders(first, folder, undos)
  try {
    // Links to folders need a privilege on Windows, junctions do not; those hold absolute paths.
    if (process.platform === 'win32') symlinkSync(resolve(folder, target), path, 'junction')
    else symlinkSync(target, path)
  } catch (error) {
    if (linkRefusals.has((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
  undos.push(() => unlinkSync(path))
  return true
}

function undoAll(undos: Undo[]): void {
  const failures: TaoError[] = []
  for (const undo of undos.splice(0).reverse()) {
    try {
      undo()
    } catch (error) {
      const { path = '' } = error as NodeJS.ErrnoException
      failures.push(undoFailed(path, reasonOf(error), { cause: error }))
    }
  }
  if (failures[0] !== undefined) throw failures[0]
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    // Somebody else put something there meanwhile: it is theirs, and so the folder stays.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
