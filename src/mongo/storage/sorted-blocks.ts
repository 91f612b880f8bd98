const FULL = 512

interface Block<V> {
  keys: string[]
  values: V[]
}

/**
 * An ordered map from byte strings (latin1) to values: a list of sorted blocks.
 *
 * Strings are compared as their bytes are, and faster than buffers.
 */
export class SortedBlocks<V> {
  private readonly blocks: Block<V>[] = []
  size = 0

  get(key: string): V | undefined {
    const block = this.blocks[this.blockFor(key)]
    if (!block) return undefined
    const at = position(block.keys, key)
    return block.keys[at] === key ? block.values[at] : undefined
  }

  has(key: string): boolean {
    const block = this.blocks[this.blockFor(key)]
    return block !== undefined && block.keys[position(block.keys, key)] === key
  }

  /** @returns what the key had before */
  set(key: string, value: V): V | undefined {
    const last = this.blocks[this.blocks.length - 1]
    // Ascending keys are the common case.
    if (!last || key > (last.keys[last.keys.length - 1] as string)) {
      this.append(last, key, value)
      return undefined
    }
    const index = this.blockFor(key)
    const { keys, values } = this.blocks[index] as Block<V>
    const at = position(keys, key)
    if (keys[at] === key) {
      const before = values[at]
      values[at] = value
      return before
    }
    this.size++
    keys.splice(at, 0, key)
    values.splice(at, 0, value)
    if (keys.length > FULL) {
      const half = keys.length >> 1
      this.blocks.splice(index + 1, 0, { keys: keys.splice(half), values: values.splice(half) })
    }
    return undefined
  }

  /** Puts a key behind all others; a block filled in order is left full, not halved. */
  private append(last: Block<V> | undefined, key: string, value: V): void {
    this.size++
    if (last && last.keys.length < FULL) {
      last.keys.push(key)
      last.values.push(value)
    } else this.blocks.push({ keys: [key], values: [value] })
  }

  delete(key: string): boolean {
    const index = this.blockFor(key)
    const block = this.blocks[index]
    if (!block) return false
    const at = position(block.keys, key)
    if (block.keys[at] !== key) return false
    block.keys.splice(at, 1)
    block.values.splice(at, 1)
    if (block.keys.length === 0) this.blocks.splice(index, 1)
    this.size--
    return true
  }

  /** Calls `visit` for the keys in `[from, to)` until it answers false. @returns whether it never did */
  walk(from: string, to: string, reverse: boolean, visit: (key: string, value: V) => boolean): boolean {
    return reverse ? this.walkBack(from, to, visit) : this.walkOn(from, to, visit)
  }

  /** The blocks in order, as they are. */
  *chunks(): Generator<readonly [readonly string[], readonly V[]]> {
    for (const { keys, values } of this.blocks) yield [keys, values]
  }

  private walkOn(from: string, to: string, visit: (key: string, value: V) => boolean): boolean {
    let index = this.blockFor(from)
    let block = this.blocks[index]
    let at = block ? position(block.keys, from) : 0
    while (block) {
      for (; at < block.keys.length; at++) {
        const key = block.keys[at] as string
        if (key >= to) return true
        if (!visit(key, block.values[at] as V)) return false
      }
      block = this.blocks[++index]
      at = 0
    }
    return true
  }

  private walkBack(from: string, to: string, visit: (key: string, value: V) => boolean): boolean {
    let index = this.blockFor(to)
    let block = this.blocks[index]
    let at = block ? position(block.keys, to) - 1 : -1
    while (block) {
      for (; at >= 0; at--) {
        const key = block.keys[at] as string
        if (key < from) return true
        if (!visit(key, block.values[at] as V)) return false
      }
      block = this.blocks[--index]
      at = block ? block.keys.length - 1 : -1
    }
    return true
  }

  /** The last block whose first key is not above `key`. */
  private blockFor(key: string): number {
    let low = 0
    let high = this.blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (((this.blocks[middle] as Block<V>).keys[0] as string) <= key) low = middle
      else high = middle - 1
    }
    return low
  }
}

function position(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
