import { SortedBlocks } from './sorted-blocks.ts'

/**
 * An ordered map from byte strings (latin1) to values, kept apart by first byte: documents, index entries and the rest
 * are each written in ascending order mostly, and what goes to an end is put there without a search.
 */
export class SortedSpaces<V> {
  private readonly spaces: (SortedBlocks<V> | undefined)[] = []

  get size(): number {
    let size = 0
    for (const space of this.spaces) if (space) size += space.size
    return size
  }

  get(key: string): V | undefined {
    return this.spaces[key.charCodeAt(0)]?.get(key)
  }

  /** @returns what the key had before */
  set(key: string, value: V): V | undefined {
    return (this.spaces[key.charCodeAt(0)] ?? this.open(key.charCodeAt(0))).set(key, value)
  }

  delete(key: string): boolean {
    return this.spaces[key.charCodeAt(0)]?.delete(key) ?? false
  }

  /** Calls `visit` for the keys in `[from, to)` until it answers false. */
  walk(from: string, to: string, reverse: boolean, visit: (key: string, value: V) => boolean): void {
    const first = from === '' ? 0 : from.charCodeAt(0)
    const last = Math.min(to.charCodeAt(0), this.spaces.length - 1)
    for (let step = 0; step <= last - first; step++) {
      const space = this.spaces[reverse ? last - step : first + step]
      if (space && !space.walk(from, to, reverse, visit)) return
    }
  }

  /** The blocks in order, as they are. */
  *chunks(): Generator<readonly [readonly string[], readonly V[]]> {
    for (const space of this.spaces) if (space) yield* space.chunks()
  }

  private open(byte: number): SortedBlocks<V> {
    while (this.spaces.length <= byte) this.spaces.push(undefined)
    return (this.spaces[byte] = new SortedBlocks<V>())
  }
}
