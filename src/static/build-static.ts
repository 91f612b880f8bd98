import { ensureDir, remove } from 'fs-extra/esm'
import { readFile, rmdir, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { isWithin, statFile, writeAtomic } from '../base/files.ts'
import { contentTypeOf, isCompressible } from './content-types.ts'
import { listFiles, type StaticListing } from './list-files.ts'
import type { StaticApp } from './locate.ts'
import type { ManifestFile, StaticManifest } from './manifest.ts'
import { hasHash, nameByContent } from './name-by-content.ts'

export interface BuildStaticOptions {
  siteFolder: string
  apps: readonly StaticApp[]
  /** Where the files live, with slashes at both ends: `/static/`. */
  url: string
  /** Where the built files go. It is made if need be; what is there stays. */
  folder: string
  /** What the build before made: its files are not made again. */
  before?: StaticManifest | undefined
  signal?: AbortSignal | undefined
}

export interface BuiltStatic {
  manifest: StaticManifest
  /** Bytes of all files, and of what is sent to those who accept brotli. */
  bytes: number
  compressedBytes: number
  /** Removes the files that this build added, for one that is not to be. */
  undo(): Promise<void>
}

const SMALLEST_TO_COMPRESS = 256
/** Brotli's best takes a second a megabyte; beyond this its next best. */
const LARGEST_FOR_BEST = 4 * 1024 * 1024
const AT_ONCE = 4

const SUFFIXES = { br: '.br', gzip: '.gz' } as const

/**
 * Makes the production form of the static files: each under a name with a hash of its content, style sheets and scripts
 * naming the files they use by these names, brotli and gzip forms beside them. Files that are there stay, so that a
 * server that runs on the build before, and a page that is still open, go on undisturbed.
 * @returns the manifest, for the caller to write
 * @throws whatever the disk throws; the signal's reason when it is aborted. Nothing is left behind then
 */
export async function buildStatic(options: BuildStaticOptions): Promise<BuiltStatic> {
  const { folder, url, before, signal } = options
  const sources = await readSources(options)
  const files = new Map<string, ManifestFile>()
  const totals = { bytes: 0, compressedBytes: 0 }
  const added: string[] = []
  const undo = async (): Promise<void> => {
    for (const file of added) await remove(file)
    for (const file of added) await removeEmpty(dirname(file), folder)
  }

  const contents = new Map([...sources].map(([path, { content }]): [string, Buffer] => [path, content]))
  const waiting = [...nameByContent(contents, url)]
  const known = new Map(Object.values(before?.files ?? {}).map((file) => [file.path, file]))
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal?.throwIfAborted()
      const [path, { hashed, content }] = next
      const file = join(folder, hashed)
      const found = await findMade(file, content.length, known.get(hashed))
      const { encodings, smallest } =
        found ?? (await place(file, content, sources.get(path)!.modified, added))
      files.set(path, { path: hashed, size: content.length, encodings })
      totals.bytes += content.length
      totals.compressedBytes += smallest
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work))
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure !== undefined) {
    await undo()
    throw failure.reason
  }
  const sorted = Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { manifest: { version: 1, folder, files: sorted }, ...totals, undo }
}

/** Folders that were made for what is gone. */
async function removeEmpty(from: string, upTo: string): Promise<void> {
  for (let at = from; isWithin(upTo, at); at = dirname(at)) {
    try {
      await rmdir(at)
    } catch {
      return
    }
  }
}

interface Source {
  content: Buffer
  modified: Date
}

/** What would be served, and nothing else. */
async function readSources({ siteFolder, apps }: BuildStaticOptions): Promise<Map<string, Source>> {
  const sources = new Map<string, Source>()
  for (const { path, file } of listFiles(siteFolder, apps).filter(isSource)) {
    sources.set(path, { content: await readFile(file), modified: (await stat(file)).mtime })
  }
  return sources
}

/** Compressed forms that somebody put beside a file are made anew. */
function isSource({ path }: StaticListing, _: number, all: StaticListing[]): boolean {
  const original = path.replace(/\.(?:br|gz)$/, '')
  return original === path || !all.some((other) => other.path === original)
}

interface Placed {
  encodings: ManifestFile['encodings']
  smallest: number
}

/** The file as the build before made it, with all its forms. */
async function findMade(
  file: string,
  size: number,
  known: ManifestFile | undefined,
): Promise<Placed | undefined> {
  if (known?.size !== size || (await statFile(file))?.size !== size) return undefined
  let smallest = size
  for (const encoding of known.encodings) {
    const stats = await statFile(file + SUFFIXES[encoding])
    if (stats === undefined || stats.size === 0) return undefined
    smallest = Math.min(smallest, stats.size)
  }
  return { encodings: known.encodings, smallest }
}

async function place(file: string, content: Buffer, modified: Date, added: string[]): Promise<Placed> {
  await ensureDir(dirname(file))
  const forms =
    isCompressible(contentTypeOf(file)) && content.length >= SMALLEST_TO_COMPRESS
      ? await compress(content)
      : []
  const written: [string, Buffer][] = [
    [file, content],
    ...forms.map((form): [string, Buffer] => [file + SUFFIXES[form.encoding], form.bytes]),
  ]
  for (const [path, bytes] of written) {
    if ((await statFile(path)) === undefined) added.push(path)
    await writeAtomic(path, bytes)
    // A form is used only while it is not older than its file.
    await utimes(path, modified, modified)
  }
  const smallest = Math.min(content.length, ...forms.map((form) => form.bytes.length))
  return { encodings: forms.map((form) => form.encoding), smallest }
}

interface Form {
  encoding: 'br' | 'gzip'
  bytes: Buffer
}

async function compress(content: Buffer): Promise<Form[]> {
  const quality = content.length <= LARGEST_FOR_BEST ? 11 : 9
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  }
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ])
  const forms: Form[] = [
    { encoding: 'br', bytes: br },
    { encoding: 'gzip', bytes: gz },
  ]
  return forms.filter((form) => form.bytes.length < content.length * 0.95)
}

/**
 * Removes the built files that no manifest names. Only files with a hash in their name: never others.
 * @param before of a build whose files stay, too
 * @returns how many, and how many bytes they had
 */
export async function pruneStatic(
  manifest: StaticManifest,
  before?: StaticManifest,
): Promise<{ files: number; bytes: number }> {
  const kept = [...Object.values(manifest.files), ...Object.values(before?.files ?? {})]
  const names = new Set(kept.map((file) => file.path))
  const pruned = { files: 0, bytes: 0 }
  for (const { path, file } of listFiles(manifest.folder, [])) {
    if (!hasHash(path) || names.has(path) || names.has(path.replace(/\.(?:br|gz)$/, ''))) continue
    pruned.files++
    pruned.bytes += (await stat(file)).size
    await remove(file)
  }
  return pruned
}
