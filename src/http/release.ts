import { Readable } from 'node:stream'
import type { HttpResponse } from './response.ts'

/** Ends an answer that nobody will get: a stream that nobody reads would keep its file, or its database's cursor, open. */
export function release({ body }: HttpResponse): void {
  if (body instanceof Readable) body.destroy()
}
