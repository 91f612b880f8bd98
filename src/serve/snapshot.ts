import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { Sources } from './sources.ts'

/** What tells one state of a file from another without reading it. */
type Signature = string

/** The state of a project's sources as last seen. */
export interface Snapshot {
  /**
   * Looks at one path and returns the files below it that changed, came or went since the last look.
   * @param isQuiet nothing has happened for a while: a file that is empty now is meant to be, and not half saved
   */
  look(path: string, isQuiet: boolean): string[]
  /** A file has been emptied, which is the first half of most saves, and was not told of yet. */
  readonly isHalfSaved: boolean
}

/**
 * Events of a file system come doubled, merged, late or not at all; what has really changed is what looks different
 * from the last time it was looked at.
 * @param root the folder whose present state is the first one
 */
export function createSnapshot(root: string, sources: Sources): Snapshot {
  const seen = new Map<string, Signature>()
  const found = new Map<string, Signature>()
  const emptied = new Set<string>()
  collect(root, found)
  for (const [file, signature] of found) seen.set(file, signature)

  function collect(path: string, into: Map<string, Signature>): void {
    const stats = statOf(path)
    if (stats?.isDirectory() === true) {
      if (!sources.isWatchedFolder(path)) return
      for (const name of namesIn(path)) collect(join(path, name), into)
    } else if (stats?.isFile() === true && sources.kindOf(path) !== undefined) {
      into.set(path, signatureOf(stats))
    }
  }

  return {
    get isHalfSaved() {
      return emptied.size > 0
    },
    look(path, isQuiet) {
      const now = new Map<string, Signature>()
      collect(path, now)
      const changed: string[] = []
      for (const [file, signature] of now) {
        emptied.delete(file)
        const before = seen.get(file)
        if (before === signature) continue
        if (!isQuiet && before !== undefined && isEmpty(signature)) {
          emptied.add(file)
          continue
        }
        changed.push(file)
        seen.set(file, signature)
      }
      for (const file of seen.keys()) {
        if (now.has(file) || !isAtOrBelow(file, path)) continue
        seen.delete(file)
        emptied.delete(file)
        changed.push(file)
      }
      return changed
    },
  }
}

function isAtOrBelow(file: string, path: string): boolean {
  return file === path || (file.startsWith(path) && /[\\/]/.test(file.charAt(path.length)))
}

/** Changes of mode or owner alone say nothing; the inode tells a file renamed into place from the one before. */
function signatureOf({ mtimeMs, size, ino }: Stats): Signature {
  return `${size} ${mtimeMs} ${ino}`
}

function isEmpty(signature: Signature): boolean {
  return signature.startsWith('0 ')
}

/** Files come and go while they are looked at. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
