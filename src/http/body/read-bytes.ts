import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { BodyLimits } from './limits.ts'

/** The body as it came. */
export declare function readBytes(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: Pick<BodyLimits, 'body'>,
): Promise<Buffer>
