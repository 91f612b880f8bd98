import { statSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { accepts } from './accepts.ts'
import { judge } from './conditions.ts'
import { FileMemory } from './file-memory.ts'
import { listFiles, type StaticListing } from './list-files.ts'
import { createLocate, statOf, type StaticApp } from './locate.ts'
import type { StaticManifest } from './manifest.ts'
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
  const manifest = fresh || options.manifest === undefined ? undefined : presentOnly(options.manifest)
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
    const fromBuild = built.get(key)
    if (fromBuild !== undefined)
      return load(key, fromBuild.file, 'build', Infinity, fromBuild.cacheControl, [manifest!.folder])
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

/** A build that was removed, or half copied, is no reason to fail: the files themselves are still there. */
function presentOnly(manifest: StaticManifest): StaticManifest {
  const present = Object.entries(manifest.files).filter(
    ([, { path }]) => statOf(statSync, join(manifest.folder, path)) !== undefined,
  )
  return { ...manifest, files: Object.assign(Object.create(null), Object.fromEntries(present)) }
}

interface BuiltFile {
  file: string
  cacheControl: string
}

/** The files of a build under both their names; the hashed one never changes its content. */
function builtFiles(manifest: StaticManifest | undefined, cacheControl: string): Map<string, BuiltFile> {
  const built = new Map<string, BuiltFile>()
  if (manifest === undefined) return built
  for (const [path, { path: hashed }] of Object.entries(manifest.files)) {
    const file = join(manifest.folder, hashed)
    built.set(path, { file, cacheControl })
    if (hashed !== path) built.set(hashed, { file, cacheControl: 'public, max-age=31536000, immutable' })
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
