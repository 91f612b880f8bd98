import type { IncomingHttpHeaders } from 'node:http'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { parseHeaderValue } from './content-type.ts'
import { decodeText } from './decode-text.ts'
import { discard } from './discard.ts'
import { bodyType, uploadGone } from './errors.ts'
import { formParts, type FormPart } from './form-parts.ts'
import { Form } from './form.ts'
import type { BodyLimits } from './limits.ts'
import { openMultipart } from './open-multipart.ts'
import { saveFile, type SavedFile, type SaveOptions } from './save-file.ts'
import { storeFile, type StoredFile, type StoreOptions, type UploadBucket } from './store-file.ts'
import { toStream } from './to-stream.ts'

/** A file on its way in. It can be read once, and only before the next one is asked for. */
export interface IncomingFile {
  /** The name of the form's field. */
  readonly field: string
  /** What the client called it: at most 255 bytes, never a path; data, not to be trusted. */
  readonly name: string
  readonly type: string
  stream(): Readable
  bytes(): Promise<Buffer>
  text(): Promise<string>
  saveTo(folder: string, options?: SaveOptions): Promise<SavedFile>
  storeIn<Id>(bucket: UploadBucket<Id>, options?: StoreOptions): Promise<StoredFile<Id>>
}

export interface IncomingFiles extends AsyncIterable<IncomingFile> {
  /** The plain fields that came before the present file. */
  readonly fields: Form
}

/**
 * The files of a multipart body, one after the other, as they arrive: nothing is spooled and nothing held. A file
 * nobody reads is skipped; leaving the loop drops the rest.
 *
 * ```ts
 * for await (const file of readFiles(...)) await file.storeIn(bucket)
 * ```
 * @throws while iterating, what readForm throws
 */
export function readFiles(stream: Readable, headers: IncomingHttpHeaders, limits: BodyLimits): IncomingFiles {
  const fields: [string, string][] = []

  async function* files(): AsyncGenerator<IncomingFile> {
    const type = parseHeaderValue(headers['content-type'] ?? '')
    if (type?.value !== 'multipart/form-data') {
      discard(stream)
      throw bodyType(headers['content-type'], 'multipart/form-data')
    }
    const reader = openMultipart(stream, headers, type, limits)
    const closed = new Promise<void>((resolve) => stream.once('close', resolve))
    const progress: Progress = { undo: [], refused: false }
    let complete = false
    try {
      for await (const part of formParts(reader, limits)) {
        if ('value' in part) fields.push([part.name, part.value])
        else yield* offer(part, closed, progress)
      }
      complete = true
    } catch (error) {
      progress.refused = true
      throw error
    } finally {
      await reader.close()
      discard(stream)
      // Else whoever sends one file too many fills the disk with all those before it.
      if (progress.refused && !complete) {
        await Promise.allSettled(progress.undo.map((take) => take()))
      }
    }
  }

  return {
    [Symbol.asyncIterator]: files,
    get fields() {
      return new Form(fields)
    },
  }
}

/** What became of the files of one body. */
interface Progress {
  /** Take away what `saveTo` and `storeIn` wrote. */
  readonly undo: (() => Promise<void>)[]
  /** The body turned out to be too large, cut or no form. */
  refused: boolean
}

/**
 * Yields the file, unless it is an input that was left empty. Afterwards it waits for whoever is still reading it, so
 * that `file.stream().pipe(...)` works without an await, and then makes it unreadable. A failure that reader did not hear
 * of is the loop's.
 */
async function* offer(
  { name: field, file }: Extract<FormPart, { file: unknown }>,
  closed: Promise<void>,
  progress: Progress,
): AsyncGenerator<IncomingFile> {
  const { name, type } = file
  const source = file.chunks()
  const first = await source.next()
  if (name === '' && first.done === true) return
  let left = false
  let handedOut = false
  let unheard: Error | undefined
  let reading: Promise<void> | undefined

  async function* once(): AsyncGenerator<Buffer> {
    if (left || reading !== undefined) {
      throw uploadGone(name, { hint: 'Read it once, before the next file is asked for.' })
    }
    let finish!: () => void
    reading = new Promise((resolve) => (finish = resolve))
    try {
      if (first.done === true) return
      yield first.value
      yield* source
    } catch (error) {
      progress.refused = true
      throw error
    } finally {
      finish()
    }
  }

  async function bytes(): Promise<Buffer> {
    const pieces: Buffer[] = []
    for await (const piece of once()) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  try {
    yield {
      field,
      name,
      type,
      bytes,
      stream() {
        handedOut = true
        return toStream(once(), (error) => (unheard = error))
      },
      text: async () => decodeText(await bytes(), undefined, 'The uploaded file'),
      async saveTo(folder, options) {
        const file = await saveFile(once(), folder, name, options)
        progress.undo.push(() => rm(file.path, { force: true }))
        return file
      },
      async storeIn(bucket, options) {
        const file = await storeFile(once(), bucket, name, options)
        progress.undo.push(() => bucket.delete(file.id))
        return file
      },
    }
  } finally {
    // A pipe begins to read a tick after it is made, and its stream says what failed a tick after the reading ended.
    if (handedOut) await setImmediate()
    // A reader that stopped without a word is given up when the client goes.
    if (reading !== undefined) await Promise.race([reading, closed])
    if (handedOut) await setImmediate()
    left = true
    await source.return(undefined)
  }
  if (unheard !== undefined) throw unheard
}
