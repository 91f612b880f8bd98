import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { StaticManifest } from './manifest.ts'

export interface StaticApp {
  name: string
  staticFolder: string | undefined
}

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
  manifest?: StaticManifest | undefined
  /** Bytes of files kept in memory. Default 64 MiB. */
  memory?: number | undefined
}

export interface StaticRequest {
  method: string
  headers: IncomingHttpHeaders
}

export interface StaticAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer | Readable | undefined
}

export interface StaticListing {
  path: string
  file: string
  app: string | undefined
}

export interface StaticFiles {
  /** Answers a path below the URL, still percent-encoded, without query; `undefined`: there is no such file. */
  serve(path: string, request: StaticRequest): StaticAnswer | undefined | Promise<StaticAnswer | undefined>
  /** The URL of a file: `url('blog/blog.css')`. */
  url(path: string): string
  has(path: string): boolean
  list(): StaticListing[]
}

export declare function createStatic(options: StaticOptions): StaticFiles
