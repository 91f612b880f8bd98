import type { Engine, Entry, ScanOptions } from './engine.ts'
import { latin1 } from './overlay.ts'
import { SortedBlocks } from './sorted-blocks.ts'

/** An engine without a file: for tests, and for data that may go with its process. */
export function openMemoryEngine(): Engine {
  const blocks = new SortedBlocks<Buffer>()
  let undo: { key: string; value: Buffer | undefined }[] = []
  let bytes = 0

  const set = (key: string, value: Buffer | undefined): Buffer | undefined => {
    const before = blocks.get(key)
    if (value) blocks.set(key, value)
    else blocks.delete(key)
    bytes += (value ? value.length + (before ? 0 : key.length) : 0) - (before ? before.length : 0)
    return before
  }

  return {
    failure: undefined,
    get: (key) => blocks.get(latin1(key)),
    scan(from: Uint8Array, to: Uint8Array, { limit, reverse = false }: ScanOptions): Entry[] {
      const found: Entry[] = []
      blocks.walk(latin1(from), latin1(to), reverse, (key, value) => {
        found.push({ key: Buffer.from(key, 'latin1'), value })
        return found.length < limit
      })
      return found
    },
    put(key, value) {
      const name = latin1(key)
      undo.push({ key: name, value: set(name, value) })
    },
    remove(key) {
      const name = latin1(key)
      undo.push({ key: name, value: set(name, undefined) })
    },
    commit() {
      undo = []
    },
    rollback() {
      for (const { key, value } of undo.toReversed()) set(key, value)
      undo = []
    },
    sync: () => Promise.resolve(),
    ready: () => undefined,
    size: () => bytes,
    close: () => Promise.resolve(),
    abandon: () => undefined,
  }
}
