import type { Entry } from './engine.ts'
import type { SortedBlocks } from './sorted-blocks.ts'

/** Writes on their way into the file: null stands for a removed key. */
export type Overlay = SortedBlocks<Buffer | null>

/** Reads at most `count` stored entries of `[from, to)`, from the end that was asked for. */
export type Source = (from: Uint8Array, to: Uint8Array, count: number) => Entry[]

/** A byte string as the overlay keeps it; such strings compare as their bytes do. */
export function latin1(key: Uint8Array): string {
  const buffer = Buffer.isBuffer(key) ? key : Buffer.from(key.buffer, key.byteOffset, key.length)
  return buffer.toString('latin1')
}

/**
 * Reads `[from, to)` of the stored entries as the overlays, newest first, have changed them.
 *
 * Each round takes a chunk of every layer; the chunks agree up to the nearest end among those that may go on.
 */
export function scanThrough(
  overlays: readonly Overlay[],
  stored: Source,
  from: Uint8Array,
  to: Uint8Array,
  limit: number,
  reverse: boolean,
): Entry[] {
  const found: Entry[] = []
  let low = latin1(from)
  let high = latin1(to)
  while (low < high) {
    const count = limit - found.length
    const entries = new Map<string, Buffer | null>()
    let horizon: string | undefined
    let last: string | undefined
    for (const { key, value } of stored(bytes(low), bytes(high), count))
      entries.set((last = latin1(key)), value)
    if (entries.size >= count) horizon = last
    for (const overlay of overlays.toReversed()) {
      let size = 0
      // Room for as many removed keys again: a queue's head would otherwise be read a few keys at a time.
      overlay.walk(low, high, reverse, (key, value) => {
        entries.set(key, value)
        last = key
        return ++size < count + 64
      })
      if (size >= count + 64) horizon = nearer(horizon, last as string, reverse)
    }
    for (const key of [...entries.keys()].sort(reverse ? descending : ascending)) {
      if (horizon !== undefined && (reverse ? key < horizon : key > horizon)) break
      const value = entries.get(key)
      if (value) found.push({ key: bytes(key), value })
      if (found.length >= limit) return found
    }
    if (horizon === undefined) return found
    if (reverse) high = horizon
    else low = `${horizon}\0`
  }
  return found
}

function nearer(a: string | undefined, b: string, reverse: boolean): string {
  if (a === undefined) return b
  return a < b === reverse ? b : a
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : 1
}

function descending(a: string, b: string): number {
  return a < b ? 1 : -1
}

function bytes(key: string): Buffer {
  return Buffer.from(key, 'latin1')
}
