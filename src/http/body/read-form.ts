import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Form } from './form.ts'
import type { BodyLimits } from './limits.ts'

/** A url-encoded or multipart form. The caller disposes of it when the request is over. */
export declare function readForm(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: BodyLimits,
  options?: { folder?: string | undefined },
): Promise<Form>
