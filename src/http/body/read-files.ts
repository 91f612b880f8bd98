import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Form } from './form.ts'
import type { BodyLimits } from './limits.ts'
import type { SavedFile, SaveOptions } from './uploaded-file.ts'

/** A file on its way in. It can be read once, and only before the next one is asked for. */
export interface IncomingFile {
  readonly field: string
  readonly name: string
  readonly type: string
  stream(): Readable
  bytes(): Promise<Buffer>
  text(): Promise<string>
  saveTo(folder: string, options?: SaveOptions): Promise<SavedFile>
}

export interface IncomingFiles extends AsyncIterable<IncomingFile> {
  /** The plain fields that came so far. */
  readonly fields: Form
}

/** The files of a multipart body, one after the other, nothing spooled. */
export declare function readFiles(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: BodyLimits,
): IncomingFiles
