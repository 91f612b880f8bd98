import { readFileSync } from 'node:fs'
import { isAbsent } from '../base/files.ts'
import { staticManifest } from './errors.ts'
import { isPlainName } from './static-path.ts'

/** The name of its file in a build. */
export const MANIFEST = 'static.json'

/** What `tao build` made of the static files. */
export interface StaticManifest {
  version: 1
  /** The folder that holds the hashed files, absolute. */
  folder: string
  /** From a path as `static()` takes it to its file in the folder. */
  files: Readonly<Record<string, ManifestFile>>
}

export interface ManifestFile {
  /** The hashed name, relative to the folder, with `/`. */
  path: string
  size: number
  /** The compressed forms beside it. */
  encodings: readonly ('br' | 'gzip')[]
}

/**
 * Reads the manifest of a build.
 * @param folder the folder of the hashed files, absolute
 * @returns `undefined` when there is none
 * @throws TAO_STATIC_MANIFEST when it is not what a build writes
 */
export function readManifest(file: string, folder: string): StaticManifest | undefined {
  const hint = 'Run "tao build" again.'
  let read: unknown
  try {
    read = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw staticManifest(file, error instanceof Error ? error.message : String(error), { hint, cause: error })
  }
  const { version, files } = (read ?? {}) as Partial<StaticManifest>
  if (version !== 1) throw staticManifest(file, 'it is of another version of tao', { hint })
  const known: Record<string, ManifestFile> = Object.create(null)
  for (const [path, built] of Object.entries(files ?? {})) {
    if (typeof built?.path !== 'string' || !built.path.split('/').every(isPlainName)) {
      throw staticManifest(file, `its entry for ${path} names no file`, { hint })
    }
    known[path] = { path: built.path, size: built.size, encodings: built.encodings }
  }
  return { version, folder, files: known }
}

/** A manifest as it is kept: without its folder, which is wherever it was copied to. */
export function formatManifest({ version, files }: StaticManifest): string {
  return `${JSON.stringify({ version, files }, undefined, 2)}\n`
}
