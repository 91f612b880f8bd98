import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { extensionOf, isHarmless } from './client-name.ts'
import { uploadExists, uploadExtension, uploadName } from './errors.ts'

export interface SaveOptions {
  /** The file's name in the folder; a random one with the client's extension otherwise. An existing file is never replaced. */
  name?: string | undefined
  /** Extensions accepted, with dots: `['.png', '.jpg']`. Without this, a harmless one is kept and others are dropped. */
  extensions?: readonly string[] | undefined
}

export interface SavedFile {
  /** Absolute. */
  path: string
  name: string
  size: number
}

/**
 * Writes an upload into a folder, which is made if need be: to a `.part` file first, so that under its name it is
 * there as a whole or not at all. Nothing is left when reading or writing fails.
 * @param clientName gives the extension, nothing else
 * @throws TAO_UPLOAD_EXTENSION (400), TAO_UPLOAD_NAME, TAO_UPLOAD_EXISTS; whatever reading and the disk throw
 */
export async function saveFile(
  chunks: AsyncIterable<Buffer>,
  folder: string,
  clientName: string,
  options: SaveOptions = {},
): Promise<SavedFile> {
  const name = chooseName(clientName, options)
  const directory = resolve(folder)
  const path = join(directory, name)
  const part = join(directory, `.${randomUUID()}.part`)
  await mkdir(directory, { recursive: true })
  try {
    const size = await write(chunks, part)
    await publish(part, path)
    return { path, name, size }
  } finally {
    await rm(part, { force: true })
  }
}

function chooseName(clientName: string, { name, extensions }: SaveOptions): string {
  const extension = extensionOf(clientName)
  checkExtension(clientName, extensions)
  if (name === undefined) {
    return randomUUID() + (extensions !== undefined || isHarmless(extension) ? extension : '')
  }
  // A colon names a stream of another file on Windows.
  if (!/^[^/\\:\p{Cc}]+$/u.test(name) || name.startsWith('.') || Buffer.byteLength(name) > 255)
    throw uploadName(name)
  return name
}

/** @throws TAO_UPLOAD_EXTENSION (400) */
export function checkExtension(clientName: string, extensions: readonly string[] | undefined): void {
  const extension = extensionOf(clientName)
  if (extensions !== undefined && !extensions.some((accepted) => accepted.toLowerCase() === extension)) {
    throw uploadExtension(clientName, extensions.join(', '))
  }
}

async function write(chunks: AsyncIterable<Buffer>, path: string): Promise<number> {
  const handle = await open(path, 'wx')
  try {
    let size = 0
    for await (const chunk of chunks) {
      await handle.writeFile(chunk)
      size += chunk.length
    }
    return size
  } finally {
    await handle.close()
  }
}

async function publish(part: string, path: string): Promise<void> {
  try {
    // Unlike rename, this refuses a name that is taken.
    await link(part, path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') throw uploadExists(path, { cause: error })
    if (code === 'ENOENT') throw error
    await reserve(path)
    await rename(part, path)
  }
}

/** For file systems without hard links: an empty file keeps the name until the real one takes its place. */
async function reserve(path: string): Promise<void> {
  try {
    await (await open(path, 'wx')).close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw uploadExists(path, { cause: error })
    throw error
  }
}
