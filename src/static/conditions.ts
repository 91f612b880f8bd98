import type { IncomingHttpHeaders } from 'node:http'
import type { Variant } from './variant.ts'

/** What the conditions of a request come to, RFC 9110 section 13.2.2. */
export type Verdict = 'whole' | 'unchanged' | 'failed' | 'unsatisfiable' | { start: number; end: number }

export function judge(method: string, headers: IncomingHttpHeaders, variant: Variant): Verdict {
  const match = headers['if-match']
  const unmodifiedSince = headers['if-unmodified-since']
  if (match !== undefined) {
    if (!lists(match, variant.etag, false)) return 'failed'
  } else if (unmodifiedSince !== undefined) {
    const date = parseDate(unmodifiedSince)
    if (date !== undefined && variant.modified > date) return 'failed'
  }

  const noneMatch = headers['if-none-match']
  const modifiedSince = headers['if-modified-since']
  if (noneMatch !== undefined) {
    if (lists(noneMatch, variant.etag, true)) return 'unchanged'
  } else if (modifiedSince !== undefined) {
    const date = parseDate(modifiedSince)
    if (date !== undefined && variant.modified <= date) return 'unchanged'
  }

  const range = headers.range
  if (range === undefined || method !== 'GET' || !isSameAs(headers['if-range'], variant)) return 'whole'
  return parseRange(range, variant.size)
}

/** Whether a list of tags holds this one; `*` is every tag. Weak tags count only where `weak` says so. */
function lists(header: string, etag: string, weak: boolean): boolean {
  if (header === etag || header.trim() === '*') return true
  for (const [tag] of header.matchAll(/(?:W\/)?"[^"]*"/g)) {
    if (tag === etag || (weak && tag === `W/${etag}`)) return true
  }
  return false
}

/** `If-Range`: a tag that is exactly ours, or a date that is exactly ours; anything else asks for the whole. */
function isSameAs(header: string | string[] | undefined, variant: Variant): boolean {
  if (header === undefined) return true
  if (typeof header !== 'string') return false
  return header.includes('"') ? header === variant.etag : parseDate(header) === variant.modified
}

/** One range is served, several are answered with the whole file, as section 14.2 allows; so is what cannot be read. */
function parseRange(header: string, size: number): Verdict {
  const found = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header)
  if (found === null) return 'whole'
  const [, first, last] = found as unknown as [string, string, string]
  if (first === '' && last === '') return 'whole'
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return 'whole'
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/** Whole seconds; `undefined` when it is no date, which is to be ignored. */
function parseDate(header: string): number | undefined {
  const time = Date.parse(header)
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}
