import type { Entry } from './engine.ts'
import { after } from './keys.ts'
import type { Overlay } from './overlay.ts'

/** Reads at most `count` stored entries of `[from, to)`, from the end that was asked for. */
export type Source = (from: string, to: string, count: number) => Entry[]

/**
 * Reads `[from, to)` of the stored entries as the overlays, newest first, have changed them.
 *
 * Each round takes a chunk of every layer; the chunks agree up to the nearest end among those that may go on.
 */
export function scanThrough(
  overlays: readonly Overlay[],
  stored: Source,
  from: string,
  to: string,
  limit: number,
  reverse: boolean,
): Entry[] {
  const found: Entry[] = []
  let low = from
  let high = to
  while (low < high) {
    const count = limit - found.length
    const entries = new Map<string, Buffer | null>()
    let horizon: string | undefined
    let last: string | undefined
    const below = stored(low, high, count)
    for (const { key, value } of below) entries.set((last = key), value)
    if (entries.size >= count) horizon = last
    let changed = false
    for (const overlay of overlays.toReversed()) {
      let size = 0
      // Room for as many removed keys again: a queue's head would otherwise be read a few keys at a time.
      overlay.walk(low, high, reverse, (key, value) => {
        entries.set(key, value)
        last = key
        changed = true
        return ++size < count + 64
      })
      if (size >= count + 64) horizon = nearer(horizon, last as string, reverse)
    }
    // Where nobody has written lately the file has the last word.
    if (!changed && found.length === 0) return below
    for (const key of [...entries.keys()].sort(reverse ? descending : ascending)) {
      if (horizon !== undefined && (reverse ? key < horizon : key > horizon)) break
      const value = entries.get(key)
      if (value) found.push({ key, value })
      if (found.length >= limit) return found
    }
    if (horizon === undefined) return found
    if (reverse) high = horizon
    else low = after(horizon)
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
