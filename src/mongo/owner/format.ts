import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../storage/errors.ts'

/** The layout of a data folder this code writes; a higher number was written by a newer version. */
export const FORMAT = 1

export interface Format {
  readonly format: number
  /** Tells this folder from another that took its place. */
  readonly id: string
}

/**
 * Reads `store.json` of a data folder, or writes it into a fresh one.
 * @throws StoreError STORE_NEWER or STORE_CORRUPT
 */
export function readFormat(folder: string): Format {
  const path = join(folder, 'store.json')
  for (;;) {
    const text = readIfThere(path)
    if (text !== undefined) return check(folder, text)
    const draft = `${path}.${process.pid}.${randomUUID().slice(0, 8)}`
    try {
      writeFileSync(draft, `${JSON.stringify({ format: FORMAT, id: randomUUID() })}\n`, {
        mode: 0o600,
        flush: true,
      })
      // A link, unlike a rename, leaves the file of whoever came first.
      linkSync(draft, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(draft, { force: true })
    }
  }
}

function check(folder: string, text: string): Format {
  let found: Partial<Format> | undefined
  try {
    found = JSON.parse(text) as Partial<Format>
  } catch {
    // Told below.
  }
  if (typeof found?.format !== 'number' || typeof found.id !== 'string') {
    throw new StoreError(
      'STORE_CORRUPT',
      `The file store.json in ${folder} is damaged.`,
      'Restore the folder from a backup.',
    )
  }
  if (found.format > FORMAT) {
    throw new StoreError(
      'STORE_NEWER',
      `The data in ${folder} were written by a newer version (format ${found.format}, this one reads up to ${FORMAT}).`,
      'Install that version again, or export the data with it.',
    )
  }
  return { format: found.format, id: found.id }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
