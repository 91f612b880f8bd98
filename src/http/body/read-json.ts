import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { BodyLimits } from './limits.ts'

/** The value of a JSON body. */
export declare function readJson(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: Pick<BodyLimits, 'body' | 'jsonDepth'>,
): Promise<unknown>
