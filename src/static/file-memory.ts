import type { StoredFile } from './stored-file.ts'

/** What an entry costs beside the content: headers, tags, names. */
const OVERHEAD = 2048

/** Keeps files by their path below the static URL, within a number of bytes, the least recently used going first. */
export class FileMemory {
  readonly #limit: number
  readonly #files = new Map<string, StoredFile>()
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get bytes(): number {
    return this.#bytes
  }

  get(path: string): StoredFile | undefined {
    const file = this.#files.get(path)
    if (file === undefined) return undefined
    this.#files.delete(path)
    this.#files.set(path, file)
    return file
  }

  set(path: string, file: StoredFile): void {
    this.delete(path)
    const size = sizeOf(file)
    if (size > this.#limit) return
    this.#files.set(path, file)
    this.#bytes += size
    for (const oldest of this.#files.keys()) {
      if (this.#bytes <= this.#limit) break
      this.delete(oldest)
    }
  }

  delete(path: string): void {
    const file = this.#files.get(path)
    if (file === undefined) return
    this.#files.delete(path)
    this.#bytes -= sizeOf(file)
  }
}

function sizeOf(file: StoredFile): number {
  const held = [file.identity, file.br, file.gzip].map((variant) => variant?.bytes?.length ?? 0)
  return held.reduce((sum, bytes) => sum + bytes, OVERHEAD)
}
