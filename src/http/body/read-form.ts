import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { parametersOf, parseHeaderValue, type HeaderValue } from './content-type.ts'
import { discard } from './discard.ts'
import { bodyType } from './errors.ts'
import { formParts } from './form-parts.ts'
import { Form, type FormValue } from './form.ts'
import type { BodyLimits } from './limits.ts'
import { openMultipart } from './open-multipart.ts'
import { parseUrlencoded } from './parse-urlencoded.ts'
import { readBytes } from './read-bytes.ts'
import { createSpool } from './spool.ts'

/**
 * A url-encoded or multipart form. The caller disposes of it when the request is over. A file input that was left
 * empty is not in the form.
 * @param options.folder where large files wait; the system's folder for temporary files by default
 * @throws TAO_BODY_TYPE (415), TAO_BODY_FORM, TAO_BODY_TEXT, TAO_BODY_ABORTED (400), TAO_BODY_TOO_LARGE,
 *   TAO_BODY_TOO_MANY (413); nothing is left on disk then
 */
export async function readForm(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: BodyLimits,
  options: { folder?: string | undefined } = {},
): Promise<Form> {
  const type = parseHeaderValue(headers['content-type'] ?? '')
  if (type?.value === 'application/x-www-form-urlencoded') {
    const bytes = await readBytes(stream, headers, limits)
    return new Form(parseUrlencoded(bytes, limits, parametersOf(type, 'charset')[0]))
  }
  if (type?.value === 'multipart/form-data')
    return await readMultipart(stream, headers, type, limits, options.folder)
  discard(stream)
  throw bodyType(headers['content-type'], 'application/x-www-form-urlencoded or multipart/form-data')
}

async function readMultipart(
  stream: Readable,
  headers: IncomingHttpHeaders,
  type: HeaderValue,
  limits: BodyLimits,
  folder: string | undefined,
): Promise<Form> {
  const reader = openMultipart(stream, headers, type, limits)
  const spool = createSpool(folder)
  const entries: [string, FormValue][] = []
  try {
    for await (const part of formParts(reader, limits)) {
      if ('value' in part) {
        entries.push([part.name, part.value])
        continue
      }
      const file = await spool.take({ name: part.file.name, type: part.file.type }, part.file.chunks())
      if (file.name !== '' || file.size > 0) entries.push([part.name, file])
    }
    return new Form(entries, () => spool.dispose())
  } catch (error) {
    await spool.dispose()
    throw error
  } finally {
    await reader.close()
    discard(stream)
  }
}
