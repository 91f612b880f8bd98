import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAbsent } from '../base/files.ts'
import { buildUnreadable } from './errors.ts'

/** What `tao build` made, as it says itself in its `build.json`. */
export interface BuildRecord {
  version: 1
  /** The version of tao that made it; its code fits that one alone. */
  tao: string
  /** What it was made from: each file of the project by its path, with `/`. */
  sources: Readonly<Record<string, SourceState>>
  /** Folders of the project, with `/`, that are no source: what the site itself writes. */
  except: readonly string[]
  /** The version of each package that an app came from. */
  packages: Readonly<Record<string, string>>
  /** It imports TypeScript of packages that are linked into node_modules, which only a compiler at run time can load. */
  typescript: boolean
}

/** Bytes, and the beginning of the content's SHA-256. */
export type SourceState = readonly [size: number, hash: string]

/** The build of a project that is there. */
export interface SiteBuild {
  /** `.tao/build`, absolute. */
  readonly folder: string
  /** Where the hashed static files of this build and those before it are: `.tao/static`. */
  readonly staticFolder: string
  readonly record: BuildRecord
}

/** The folders of a build, which need not be there. */
export function buildFolders(root: string): Pick<SiteBuild, 'folder' | 'staticFolder'> {
  return { folder: join(root, '.tao', 'build'), staticFolder: join(root, '.tao', 'static') }
}

/** The record of a build; written last, so that it stands for all of it. */
export const RECORD = 'build.json'

/** @throws TAO_BUILD_UNREADABLE when there is a record that is not what a build writes */
export function readBuild(root: string): SiteBuild | undefined {
  const folders = buildFolders(root)
  const file = join(folders.folder, RECORD)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw unreadable(file, error)
  }
  try {
    const record = JSON.parse(text) as BuildRecord
    if (record?.version !== 1 || typeof record.sources !== 'object') throw new Error('it is of another kind')
    return { ...folders, record }
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, error: unknown): Error {
  return buildUnreadable(file, error instanceof Error ? error.message : String(error), {
    cause: error,
    hint: 'Run "tao build" again, or remove the folder.',
  })
}

/** Whether a module is one that a build compiled. */
export function isBuilt(file: string): boolean {
  return /[\\/]\.tao[\\/]build[\\/]/.test(file)
}
