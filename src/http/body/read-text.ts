import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { BodyLimits } from './limits.ts'

/** The body as text, of whatever type it says it is, in the charset it names (UTF-8 when it names none). */
export declare function readText(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: Pick<BodyLimits, 'body'>,
): Promise<string>
