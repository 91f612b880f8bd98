import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUploadedFile, type UploadedFile } from './uploaded-file.ts'

/** Keeps the files of one form until its request is over. */
export interface Spool {
  /** Takes a file in. What `chunks` throws comes through, and the file is not kept. */
  take(described: { name: string; type: string }, chunks: AsyncIterable<Buffer>): Promise<UploadedFile>
  /** Removes all of it. Safe to call twice. */
  dispose(): Promise<void>
}

/** A file up to this size is never written to disk. */
const IN_MEMORY = 64 * 1024

/** @param parent where the folder for the files is made, when there is need of one; the system's own by default */
export function createSpool(parent: string = tmpdir()): Spool {
  let folder: Promise<string> | undefined
  let number = 0

  async function take(
    described: { name: string; type: string },
    chunks: AsyncIterable<Buffer>,
  ): Promise<UploadedFile> {
    const held: Buffer[] = []
    let size = 0
    let path = ''
    let handle: FileHandle | undefined
    try {
      for await (const chunk of chunks) {
        size += chunk.length
        held.push(chunk)
        if (size <= IN_MEMORY) continue
        if (handle === undefined) {
          // Only its owner may look into it: mkdtemp makes it so.
          path = join(await (folder ??= mkdtemp(join(parent, 'tao-upload-'))), String(++number))
          handle = await open(path, 'wx')
        }
        await handle.writeFile(held.length === 1 ? held[0]! : Buffer.concat(held))
        held.length = 0
      }
    } finally {
      await handle?.close()
    }
    return createUploadedFile({ ...described, size }, path === '' ? { bytes: Buffer.concat(held) } : { path })
  }

  async function dispose(): Promise<void> {
    if (folder !== undefined) await rm(await folder, { recursive: true, force: true })
  }

  return { take, dispose }
}
