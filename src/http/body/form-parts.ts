import { cleanClientName } from './client-name.ts'
import { decodeText } from './decode-text.ts'
import { bodyTooLarge, bodyTooMany } from './errors.ts'
import { formatBytes, type BodyLimits } from './limits.ts'
import type { MultipartReader } from './multipart-reader.ts'

/** A part of a multipart form: a field with its text, or a file whose content has yet to be read. */
export type FormPart =
  | { name: string; value: string }
  | { name: string; file: { name: string; type: string; chunks: () => AsyncGenerator<Buffer> } }

/**
 * The parts of a form, within the limits.
 * @throws TAO_BODY_TOO_MANY, TAO_BODY_TOO_LARGE (413); what the reader throws
 */
export async function* formParts(reader: MultipartReader, limits: BodyLimits): AsyncGenerator<FormPart> {
  let fields = 0
  let files = 0
  let held = 0
  for (let head = await reader.nextPart(); head !== undefined; head = await reader.nextPart()) {
    const { name, filename, type, charset } = head
    const what = `${filename === undefined ? 'The field' : 'The file'} ${JSON.stringify(name.slice(0, 60))}`
    if (filename !== undefined) {
      if (++files > limits.files) throw bodyTooMany('files', limits.files)
      const chunks = (): AsyncGenerator<Buffer> => content(reader, limits.fileSize, what)
      yield { name, file: { name: cleanClientName(filename), type, chunks } }
      continue
    }
    if (++fields > limits.fields) throw bodyTooMany('fields', limits.fields)
    const pieces: Buffer[] = []
    for await (const piece of content(reader, limits.fieldSize, what)) {
      held += piece.length
      if (held > limits.body) throw bodyTooLarge('All fields together', formatBytes(limits.body))
      pieces.push(piece)
    }
    yield { name, value: decodeText(Buffer.concat(pieces), charset, what) }
  }
}

async function* content(reader: MultipartReader, limit: number, what: string): AsyncGenerator<Buffer> {
  let size = 0
  for (let piece = await reader.readChunk(); piece !== undefined; piece = await reader.readChunk()) {
    size += piece.length
    if (size > limit) throw bodyTooLarge(what, formatBytes(limit))
    yield piece
  }
}
