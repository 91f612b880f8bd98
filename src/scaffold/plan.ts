import { readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readIfThere, statFile, statLink } from '../base/files.ts'
import { reasonOf, writeFailed } from './errors.ts'
import type { Draft } from './fill.ts'

/**
 * What becomes of one file, in Thor's words. `create`: it is not there yet. `identical`: it is, with the same content.
 * `conflict`: something else is there. `skip`: what is there is the user's own and is kept.
 */
export type Action = 'create' | 'identical' | 'conflict' | 'skip'

export interface PlannedEntry {
  draft: Draft
  action: Action
  /** Why it is a conflict or skipped. */
  reason?: string
}

export interface Plan {
  /** The folder everything goes into; it may not exist yet. */
  root: string
  entries: PlannedEntry[]
}

/**
 * Compares what is to be written with what is there. Changes nothing; looks at every file, so that every conflict is listed.
 * @throws TAO_WRITE_FAILED when the file system refuses to tell
 */
export async function planFiles(root: string, drafts: readonly Draft[]): Promise<Plan> {
  try {
    return await compareAll(root, drafts)
  } catch (error) {
    throw writeFailed((error as NodeJS.ErrnoException).path ?? root, reasonOf(error), { cause: error })
  }
}

async function compareAll(root: string, drafts: readonly Draft[]): Promise<Plan> {
  const blocked = await blockedFolder(root)
  const entries = await Promise.all(
    drafts.map(async (draft): Promise<PlannedEntry> => {
      if (blocked !== undefined) return { draft, action: 'conflict', reason: blocked }
      return { draft, ...(await compare(root, draft)) }
    }),
  )
  return { root, entries }
}

export function conflictsOf(plan: Plan): PlannedEntry[] {
  return plan.entries.filter(({ action }) => action === 'conflict')
}

async function compare(root: string, draft: Draft): Promise<Omit<PlannedEntry, 'draft'>> {
  const path = join(root, draft.path)
  const there = await statLink(path)
  if (there === undefined) {
    const reason = await blockedFolder(dirname(path))
    return reason === undefined ? { action: 'create' } : { action: 'conflict', reason }
  }
  if (draft.kind === 'link') return compareLink(path, draft.target, there.isSymbolicLink())
  if (draft.isKept) return { action: 'skip', reason: 'yours is kept' }
  if (there.isDirectory()) return { action: 'conflict', reason: 'a folder is there' }
  const content = await readIfThere(path)
  if (content?.equals(Buffer.from(draft.text))) return { action: 'identical' }
  return {
    action: 'conflict',
    reason: content === undefined ? 'a link that leads nowhere is there' : 'another file is there',
  }
}

async function compareLink(
  path: string,
  target: string,
  isLink: boolean,
): Promise<Omit<PlannedEntry, 'draft'>> {
  if (!isLink) return { action: 'conflict', reason: 'something that is no link is there' }
  const leadsTo = await readlink(path)
  // A junction of Windows holds an absolute path where the link holds a relative one.
  if (resolve(dirname(path), leadsTo) === resolve(dirname(path), target)) return { action: 'identical' }
  return { action: 'conflict', reason: `a link to ${leadsTo} is there` }
}

/** Why nothing can be made below a folder: one of the names on the way is no folder. */
async function blockedFolder(folder: string): Promise<string | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    const there = await statLink(path)
    if (there !== undefined) {
      const leadsTo = there.isSymbolicLink() ? await statFile(path) : there
      return leadsTo?.isDirectory() ? undefined : `${path} is no folder`
    }
    if (dirname(path) === path) return undefined
  }
}
