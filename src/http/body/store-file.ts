import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { checkExtension } from './save-file.ts'

/** What is used of a `GridFSBucket` of the driver; whichever copy of it made the bucket. */
export interface UploadBucket<Id = unknown> {
  openUploadStream(
    name: string,
    options?: { metadata?: Record<string, unknown> },
  ): Writable & { readonly id: Id }
  delete(id: Id): Promise<void>
}

export interface StoreOptions {
  /** The file's name in the bucket; the client's otherwise. */
  name?: string | undefined
  /** Extensions accepted, with dots: `['.png', '.jpg']`. */
  extensions?: readonly string[] | undefined
  /** Kept with the file. */
  metadata?: Record<string, unknown> | undefined
}

export interface StoredFile<Id = unknown> {
  id: Id
  name: string
  size: number
}

/**
 * Writes an upload into GridFS. The bucket has the whole file afterwards, or, when reading or writing fails, nothing of it:
 * the driver's own upload stream, cut off, would leave its chunks behind.
 *
 * @param clientName the name in the bucket, unless another is given
 * @throws TAO_UPLOAD_EXTENSION (400); whatever reading and the database throw
 */
export async function storeFile<Id>(
  chunks: AsyncIterable<Buffer>,
  bucket: UploadBucket<Id>,
  clientName: string,
  { name = clientName, extensions, metadata }: StoreOptions = {},
): Promise<StoredFile<Id>> {
  checkExtension(clientName, extensions)
  const upload = bucket.openUploadStream(name, metadata && { metadata })
  const done = finished(upload)
  // Heard below, or by the write that failed.
  done.catch(() => {})
  try {
    let size = 0
    for await (const chunk of chunks) {
      await write(upload, chunk)
      size += chunk.length
    }
    upload.end()
    await done
    return { id: upload.id, name, size }
  } catch (error) {
    upload.destroy()
    // It says that there is no such file, having taken away the chunks there were.
    await bucket.delete(upload.id).catch(() => {})
    throw error
  }
}

/** Until it is written: a chunk under way at the end would come after those that are taken away. */
function write(upload: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    upload.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
}
