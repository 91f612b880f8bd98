import { statSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { accepts } from './accepts.ts'
import { judge } from './conditions.ts'
import { FileMemory } from './file-memory.ts'
import { listFiles, type StaticListing } from './list-files.ts'
import { createLocate, statOf, type StaticApp } from './locate.ts'
import type { StaticManifest } from './manifest.ts'
import { hasHash } from './name-by-content.ts'
import { isServable, realPathOf, realRoots } from './roots.ts'
import { isPlainName, splitStaticPath } from './static-path.ts'
import { createStaticUrl } from './static-url.ts'
import { loadFile, signatureOfAll, type StoredFile } from './stored-file.ts'
import { contentOf, type StaticAnswer, type Variant } from './variant.ts'

export interface StaticOptions {
  /** The site's own static folder. */
  siteFolder: string
  apps: readonly StaticApp[]
  /** Where the files live, with slashes at both ends: `/static/`. */
  url: string
  /** Seconds a browser may keep a file without asking. */
  maxAge: number
  /** True in development: every request looks at the file's time. Otherwise at most once a second. */
  fresh: boolean
  /** What a build made; in development it is left aside. */
  manifest?: StaticManifest | undefined
  /** Bytes of files kept in memory. Default 64 MiB. */
  memory?: number | undefined
}

export interface StaticRequest {
  method: string
  headers: IncomingHttpHeaders
}

export interface StaticFiles {
  /**
   * Answers a path below the URL, still percent-encoded, without query: at once when the file is in memory.
   * `undefined`: there is no such file.
   */
  serve(path: string, request: StaticRequest): StaticAnswer | undefined | Promise<StaticAnswer | undefined>
  /** The URL of a file: `url('blog/blog.css')`. Needs no `this`. @throws TAO_STATIC_PATH */
  url: (path: string) => string
  /** Whether a path, as `url` takes it, leads to a file. */
  has(path: string): boolean
  /** Every file that is served, the overridden ones left out. */
  list(): StaticListing[]
}

const MEMORY = 64 * 1024 * 1024
/** Milliseconds a file is trusted in production without a look at the disk. */
const TRUST = 1000

/** The static files of a site and its apps, small ones from memory. */
export function createStatic(options: StaticOptions): StaticFiles {
  const { siteFolder, apps, fresh } = options
  const manifest = fresh || !isThere(options.manifest) ? undefined : options.manifest
  const memory = new FileMemory(options.memory ?? MEMORY)
  const locate = createLocate(siteFolder, apps)
  const folders = [siteFolder, ...apps.flatMap((app) => app.staticFolder ?? [])]
  const loading = new Map<string, Promise<StoredFile | undefined>>()
  const cacheControl = fresh || options.maxAge === 0 ? 'no-cache' : `public, max-age=${options.maxAge}`
  const built = builtFiles(manifest, cacheControl)

  function serve(
    path: string,
    request: StaticRequest,
  ): StaticAnswer | undefined | Promise<StaticAnswer | undefined> {
    // A path in memory was checked when it got there; an encoded one has its plain form as key.
    const known = path.includes('%') ? undefined : memory.get(path)
    if (known !== undefined && Date.now() - known.checked < (fresh ? 0 : TRUST)) return answer(known, request)
    const names = splitStaticPath(path)
    if (names === undefined) return undefined
    const stored = find(names)
    if (stored instanceof Promise) return stored.then((file) => file && answer(file, request))
    return stored && answer(stored, request)
  }

  function find(names: string[]): StoredFile | undefined | Promise<StoredFile | undefined> {
    const key = names.join('/')
    const known = memory.get(key)
    if (known?.checked === Infinity) return known
    const fromBuild = built.get(key) ?? olderFile(key)
    return fromBuild === undefined ? findSource(key, names) : loadBuilt(key, fromBuild)
  }

  /** A build that was half copied is no reason to fail: the file itself may still be there. */
  async function loadBuilt(
    key: string,
    { file, cacheControl, path }: BuiltFile,
  ): Promise<StoredFile | undefined> {
    const stored = await load(key, file, 'build', Infinity, cacheControl, [manifest!.folder])
    return stored ?? (path === undefined ? undefined : findSource(key, path.split('/')))
  }

  /** A file under the hashed name an earlier build gave it, for pages that are still open. */
  function olderFile(key: string): BuiltFile | undefined {
    if (manifest === undefined || !hasHash(key) || locate(key.split('/')) !== undefined) return undefined
    const file = join(manifest.folder, key)
    if (statOf(statSync, file)?.isFile() !== true) return undefined
    return { file, cacheControl: IMMUTABLE, path: undefined }
  }

  function findSource(
    key: string,
    names: string[],
  ): StoredFile | undefined | Promise<StoredFile | undefined> {
    const known = memory.get(key)
    const now = Date.now()
    const located = locate(names)
    if (located === undefined) {
      memory.delete(key)
      return undefined
    }
    const signature = signatureOfAll(located.file, located.stats)
    if (known?.signature === signature) {
      known.checked = now
      return known
    }
    return load(key, located.file, signature, now, cacheControl, folders)
  }

  /** Reads a file once, however many ask for it meanwhile. */
  function load(
    key: string,
    file: string,
    signature: string,
    checked: number,
    cacheControl: string,
    folders: readonly string[],
  ): Promise<StoredFile | undefined> {
    const id = `${key}|${signature}`
    const running = loading.get(id)
    if (running !== undefined) return running
    const started = loadFile(file, { roots: realRoots(folders), cacheControl, signature, checked })
      .then((stored) => {
        if (stored === undefined) memory.delete(key)
        else memory.set(key, stored)
        return stored
      })
      .finally(() => loading.delete(id))
    loading.set(id, started)
    return started
  }

  function has(path: string): boolean {
    const names = path.replace(/^\/|[?#].*$/gs, '').split('/')
    if (!names.every(isPlainName)) return false
    if (built.has(names.join('/'))) return true
    const located = locate(names)
    return located !== undefined && isServable(realPathOf(located.file), realRoots(folders))
  }

  return { serve, url: createStaticUrl(options.url, manifest), has, list: () => listFiles(siteFolder, apps) }
}

/** Built files that were removed are no reason to fail: the files themselves are still there. */
function isThere(manifest: StaticManifest | undefined): boolean {
  return manifest !== undefined && statOf(statSync, manifest.folder)?.isDirectory() === true
}

const IMMUTABLE = 'public, max-age=31536000, immutable'

interface BuiltFile {
  file: string
  cacheControl: string
  /** What it was made from, as `url` takes it; `undefined` when that is not known any more. */
  path: string | undefined
}

/** The files of a build under both their names; the hashed one never changes its content. */
function builtFiles(manifest: StaticManifest | undefined, cacheControl: string): Map<string, BuiltFile> {
  const built = new Map<string, BuiltFile>()
  if (manifest === undefined) return built
  for (const [path, { path: hashed }] of Object.entries(manifest.files)) {
    const file = join(manifest.folder, hashed)
    built.set(path, { file, cacheControl, path })
    if (hashed !== path) built.set(hashed, { file, cacheControl: IMMUTABLE, path })
  }
  return built
}

function answer(stored: StoredFile, { method, headers }: StaticRequest): StaticAnswer {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: { allow: 'GET, HEAD' }, body: undefined }
  const variant = choose(stored, headers)
  const verdict = judge(method, headers, variant)
  if (verdict === 'unchanged') return { status: 304, headers: variant.unchanged, body: undefined }
  if (verdict === 'failed') return { status: 412, headers: variant.unchanged, body: undefined }
  if (verdict === 'unsatisfiable') {
    return {
      status: 416,
      headers: { ...variant.unchanged, 'content-range': `bytes */${variant.size}` },
      body: undefined,
    }
  }
  if (verdict !== 'whole') return partOf(variant, verdict.start, verdict.end)
  if (method === 'HEAD') return { ...variant.full, body: undefined }
  return variant.bytes === undefined ? { ...variant.full, body: contentOf(variant) } : variant.full
}

function choose(stored: StoredFile, headers: IncomingHttpHeaders): Variant {
  const accepted = headers['accept-encoding']
  // A range is of the file itself: who resumes a download should not depend on what is compressed today.
  if (accepted === undefined || headers.range !== undefined) return stored.identity
  if (stored.br !== undefined && accepts(accepted, 'br')) return stored.br
  if (stored.gzip !== undefined && accepts(accepted, 'gzip')) return stored.gzip
  return stored.identity
}

function partOf(variant: Variant, start: number, end: number): StaticAnswer {
  const headers = {
    ...variant.full.headers,
    'content-length': String(end - start + 1),
    'content-range': `bytes ${start}-${end}/${variant.size}`,
  }
  return { status: 206, headers, body: contentOf(variant, start, end) }
}
