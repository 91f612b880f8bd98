import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { decodeText } from './decode-text.ts'
import { uploadGone } from './errors.ts'
import { saveFile, type SavedFile, type SaveOptions } from './save-file.ts'
import { storeFile, type StoredFile, type StoreOptions, type UploadBucket } from './store-file.ts'
import { toStream } from './to-stream.ts'

/** A file of a form that was read as a whole. It can be read as often as one likes, while its request lasts. */
export interface UploadedFile {
  /** What the client called it: at most 255 bytes, never a path; data, not to be trusted. */
  readonly name: string
  /** The media type the client named; `application/octet-stream` when it named none. Not to be trusted either. */
  readonly type: string
  readonly size: number
  stream(): Readable
  bytes(): Promise<Buffer>
  /** @throws TAO_BODY_TEXT (400) when it is not UTF-8 */
  text(): Promise<string>
  /** @throws TAO_UPLOAD_EXTENSION (400), TAO_UPLOAD_NAME, TAO_UPLOAD_EXISTS */
  saveTo(folder: string, options?: SaveOptions): Promise<SavedFile>
  /** Into GridFS: `file.storeIn(new GridFSBucket(request.db))`. @throws TAO_UPLOAD_EXTENSION (400) */
  storeIn<Id>(bucket: UploadBucket<Id>, options?: StoreOptions): Promise<StoredFile<Id>>
}

/** Where the content is: in memory or spooled to a file. */
export type UploadContent = { bytes: Buffer } | { path: string }

export function createUploadedFile(
  described: { name: string; type: string; size: number },
  content: UploadContent,
): UploadedFile {
  const { name, type, size } = described

  async function bytes(): Promise<Buffer> {
    if ('bytes' in content) return content.bytes
    return await readFile(content.path).catch(gone)
  }

  // A generator opens the file when the first piece is asked for: a stream nobody reads holds no descriptor.
  async function* chunks(): AsyncGenerator<Buffer> {
    if ('bytes' in content) {
      if (content.bytes.length > 0) yield content.bytes
      return
    }
    const stream: AsyncIterable<Buffer> = createReadStream(content.path, { highWaterMark: 256 * 1024 })
    try {
      yield* stream
    } catch (error) {
      gone(error)
    }
  }

  function gone(error: unknown): never {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw uploadGone(name, { hint: 'Save it, or read it before the view returns.', cause: error })
  }

  return {
    name,
    type,
    size,
    bytes,
    stream: () => toStream(chunks()),
    text: async () => decodeText(await bytes(), undefined, 'The uploaded file'),
    saveTo: (folder, options) => saveFile(chunks(), folder, name, options),
    storeIn: (bucket, options) => storeFile(chunks(), bucket, name, options),
  }
}
