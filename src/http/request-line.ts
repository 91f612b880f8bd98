import type { IncomingMessage } from 'node:http'
import { BadRequest, HttpError } from './http-error.ts'

/** The path of the request line, without query. */
export function readPath(raw: IncomingMessage, limit: number): string {
  // A line without a version, as before HTTP/1.0, comes through Node's parser with whatever headers follow it.
  if (raw.httpVersionMajor === 0) throw new BadRequest('The request line names no version of HTTP.')
  let url = raw.url!
  if (url.length > limit) throw new HttpError(414, `An address may be ${limit} bytes long.`)
  if (!url.startsWith('/')) url = originForm(raw)
  const mark = url.indexOf('?')
  return mark < 0 ? url : url.slice(0, mark)
}

/** A request line may name the whole URL (RFC 9112 section 3.2.2), whose host then counts instead of `Host`. */
function originForm(raw: IncomingMessage): string {
  if (raw.url === '*' && raw.method === 'OPTIONS') return '/*'
  if (!/^https?:\/\//i.test(raw.url!) || !URL.canParse(raw.url!))
    throw new BadRequest('The address is malformed.')
  const url = new URL(raw.url!)
  raw.headers.host = url.host
  raw.url = url.pathname + url.search
  return raw.url
}

/** @throws 400 for a host that is none of ours, or named twice */
export function checkHost(host: string, isTwice: boolean, isAllowed: (host: string) => boolean): void {
  if (!isAllowed(host) || isTwice) throw new BadRequest('Invalid Host header')
}
