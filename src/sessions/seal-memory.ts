import type { Opened } from './seal.ts'

/** What an entry costs beside its two texts. */
const OVERHEAD = 200

/**
 * Remembers opened seals by their whole value, the least recently used forgotten first. Only what was opened or
 * sealed here gets in, so a client cannot fill it with inventions.
 */
export class SealMemory {
  readonly #limit: number
  readonly #entries = new Map<string, Opened>()
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get bytes(): number {
    return this.#bytes
  }

  get(value: string): Opened | undefined {
    const found = this.#entries.get(value)
    if (found === undefined) return undefined
    this.#entries.delete(value)
    this.#entries.set(value, found)
    return found
  }

  set(value: string, opened: Opened): void {
    this.delete(value)
    const size = sizeOf(value, opened)
    if (size > this.#limit) return
    this.#entries.set(value, opened)
    this.#bytes += size
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) break
      this.delete(oldest)
    }
  }

  delete(value: string): void {
    const found = this.#entries.get(value)
    if (found === undefined) return
    this.#entries.delete(value)
    this.#bytes -= sizeOf(value, found)
  }
}

function sizeOf(value: string, opened: Opened): number {
  return value.length + opened.text.length * 2 + OVERHEAD
}
