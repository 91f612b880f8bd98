import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { openLazily } from './open-lazily.ts'

export interface StaticAnswer {
  status: number
  /** Shared between requests: to be copied, not changed. */
  headers: Readonly<Record<string, string>>
  body: Buffer | Readable | undefined
}

export type Encoding = 'br' | 'gzip'

/** One form of a file, as it is or compressed, with everything an answer needs. */
export interface Variant {
  /** The real path. */
  file: string
  size: number
  etag: string
  /** When it changed, in whole seconds. */
  modified: number
  /** The content, if it is kept in memory. */
  bytes: Buffer | undefined
  /** The whole file, as GET answers. */
  full: StaticAnswer
  /** The headers of a 304. */
  unchanged: Readonly<Record<string, string>>
}

export interface VariantInput {
  file: string
  size: number
  modified: number
  bytes: Buffer | undefined
  type: string
  cacheControl: string
  encoding: Encoding | undefined
}

export function createVariant(input: VariantInput): Variant {
  const { file, size, bytes, encoding } = input
  const modified = Math.floor(Math.min(input.modified, Date.now()) / 1000)
  const etag = `"${tagOf(input)}${encoding === undefined ? '' : `-${encoding}`}"`
  const unchanged = {
    etag,
    'last-modified': new Date(modified * 1000).toUTCString(),
    'cache-control': input.cacheControl,
    vary: 'Accept-Encoding',
  }
  const headers = {
    'content-type': input.type,
    'content-length': String(size),
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    ...unchanged,
    'accept-ranges': 'bytes',
  }
  const full = { status: 200, headers: Object.freeze(headers), body: bytes }
  return { file, size, etag, modified, bytes, full, unchanged: Object.freeze(unchanged) }
}

/** A piece of the content, `end` included. */
export function contentOf(variant: Variant, start = 0, end: number = variant.size - 1): Buffer | Readable {
  return variant.bytes?.subarray(start, end + 1) ?? openLazily(variant.file, start, end)
}

/** By content where it is at hand: the same on every machine, and unchanged by a copy. By size and time otherwise. */
function tagOf({ bytes, size, modified }: VariantInput): string {
  if (bytes === undefined) return `${size.toString(36)}-${Math.round(modified).toString(36)}`
  return createHash('sha1').update(bytes).digest('base64url').slice(0, 20)
}
