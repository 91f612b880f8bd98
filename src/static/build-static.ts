import { createHash } from 'node:crypto'
import { ensureDir, remove } from 'fs-extra/esm'
import { readFile, stat, utimes } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { writeAtomic } from '../base/files.ts'
import { contentTypeOf, isCompressible } from './content-types.ts'
import { renameCssReferences } from './css-references.ts'
import { listFiles, type StaticListing } from './list-files.ts'
import type { StaticApp } from './locate.ts'
import { manifestFileOf, readManifest, type ManifestFile, type StaticManifest } from './manifest.ts'

export interface BuildStaticOptions {
  siteFolder: string
  apps: readonly StaticApp[]
  /** Where the files live, with slashes at both ends: `/static/`. */
  url: string
  /**
   * Where the built files go; the manifest lies beside it, `.json` added. It is made if need be; files of the build
   * before are kept, older ones removed.
   */
  folder: string
}

export interface BuiltStatic {
  manifest: StaticManifest
  /** Bytes of all files, and of what is sent to those who accept brotli. */
  bytes: number
  compressedBytes: number
}

const SMALLEST_TO_COMPRESS = 256
/** Brotli's best takes a second a megabyte; beyond this its next best. */
const LARGEST_FOR_BEST = 4 * 1024 * 1024
const AT_ONCE = 4

/**
 * Makes the production form of the static files: each under a name with a hash of its content, style sheets naming
 * the files they use by these names, brotli and gzip forms beside them, and a manifest. The manifest is written
 * last, in one step, and the files of the build before stay: a server that runs on it goes on undisturbed.
 * @throws TAO_STATIC_MANIFEST; whatever the disk throws
 */
export async function buildStatic(options: BuildStaticOptions): Promise<BuiltStatic> {
  const { folder, url } = options
  const sources = await readSources(options)
  const before = readManifest(manifestFileOf(folder))
  const files: Record<string, ManifestFile> = Object.create(null)
  const hashedNames = nameByContent(sources, url)
  const totals = { bytes: 0, compressedBytes: 0 }

  const waiting = [...hashedNames]
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [path, { hashed, content }] = next
      const { encodings, smallest } = await place(join(folder, hashed), content, sources.get(path)!.modified)
      files[path] = { path: hashed, size: content.length, encodings }
      totals.bytes += content.length
      totals.compressedBytes += smallest
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))

  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
  await ensureDir(folder)
  await writeAtomic(
    manifestFileOf(folder),
    `${JSON.stringify({ version: 1, files: sorted }, undefined, 2)}\n`,
  )
  await prune(folder, [sorted, before?.files ?? {}])
  return { manifest: { version: 1, folder, files: sorted }, ...totals }
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

interface Named {
  hashed: string
  content: Buffer
}

/** Style sheets wait for the files they use, whose names are part of their content. */
function nameByContent(sources: ReadonlyMap<string, Source>, url: string): Map<string, Named> {
  const named = new Map<string, Named>()
  const open = new Set<string>()

  function nameOf(path: string): Named | undefined {
    const known = named.get(path)
    const source = sources.get(path)
    // Sheets that import each other in a circle: one of them is named plainly.
    if (known !== undefined || source === undefined || open.has(path)) return known
    open.add(path)
    const content = path.endsWith('.css') ? renamed(path, source.content) : source.content
    open.delete(path)
    const made = { hashed: addHash(path, content), content }
    named.set(path, made)
    return made
  }

  function renamed(path: string, content: Buffer): Buffer {
    const css = content.toString('utf8')
    const changed = renameCssReferences(css, path, url, (target) => {
      const to = nameOf(target)?.hashed
      return to === undefined
        ? undefined
        : posix.relative(posix.dirname(path), to).split('/').map(encodeURIComponent).join('/')
    })
    return changed === css ? content : Buffer.from(changed)
  }

  for (const path of sources.keys()) nameOf(path)
  return named
}

/** `blog/blog.css` → `blog/blog.1a2b3c4d5e6f.css`. */
function addHash(path: string, content: Buffer): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const { dir, name, ext } = posix.parse(path)
  return posix.join(dir, `${name}.${hash}${ext}`)
}

async function place(
  file: string,
  content: Buffer,
  modified: Date,
): Promise<{ encodings: ManifestFile['encodings']; smallest: number }> {
  await ensureDir(dirname(file))
  const forms =
    isCompressible(contentTypeOf(file)) && content.length >= SMALLEST_TO_COMPRESS
      ? await compress(content)
      : []
  const written: [string, Buffer][] = [
    [file, content],
    ...forms.map((form): [string, Buffer] => [file + form.suffix, form.bytes]),
  ]
  for (const [path, bytes] of written) {
    await writeAtomic(path, bytes)
    // A form is used only while it is not older than its file.
    await utimes(path, modified, modified)
  }
  const smallest = Math.min(content.length, ...forms.map((form) => form.bytes.length))
  return { encodings: forms.map((form) => form.encoding), smallest }
}

interface Form {
  encoding: 'br' | 'gzip'
  suffix: string
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
    { encoding: 'br', suffix: '.br', bytes: br },
    { encoding: 'gzip', suffix: '.gz', bytes: gz },
  ]
  return forms.filter((form) => form.bytes.length < content.length * 0.95)
}

/** Removes what neither this build nor the one before names. Only files with a hash in their name: never others. */
async function prune(folder: string, kept: Record<string, ManifestFile>[]): Promise<void> {
  const names = new Set(kept.flatMap((files) => Object.values(files).map((file) => file.path)))
  for (const { path, file } of listFiles(folder, [])) {
    const original = path.replace(/\.(?:br|gz)$/, '')
    if (!names.has(original) && !names.has(path) && /\.[\da-f]{12}(?:\.[^./]+)?$/.test(original))
      await remove(file)
  }
}
