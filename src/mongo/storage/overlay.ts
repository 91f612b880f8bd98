import { FrameWriter } from './frame-writer.ts'
import type { Slabs } from './slabs.ts'
import { SortedSpaces } from './sorted-spaces.ts'

const REMOVED = -1
/** Lists longer than this are not kept from commit to commit. */
const MANY = 64

/** Writes on their way into the file: by key the place of the value in the frames that went to the log. */
export class Overlay {
  private readonly places = new SortedSpaces<number>()
  private readonly writer: FrameWriter
  /** What the writes of this commit found: keys, and the place of each before; the lists are used again. */
  private undoKeys: string[] = []
  private undoPlaces: (number | undefined)[] = []
  private undos = 0
  /** Of the frames that are committed. */
  bytes = 0

  constructor(slabs: Slabs) {
    this.writer = new FrameWriter(slabs)
  }

  /** Keys written, removed ones included. */
  get size(): number {
    return this.places.size
  }

  /** Whether nothing waits to be committed. */
  get settled(): boolean {
    return this.writer.empty
  }

  /** Null for a key that was removed, undefined for one that was not written. */
  get(key: string): Buffer | null | undefined {
    const place = this.places.get(key)
    return place === undefined ? undefined : this.valueAt(place)
  }

  put(key: string, value: Buffer, checksum?: number): void {
    this.set(key, this.writer.put(key, value, checksum))
  }

  remove(key: string): void {
    this.writer.remove(key)
    this.set(key, REMOVED)
  }

  /** What the log must hold before `commit`. */
  frame(): Buffer[] {
    return this.writer.finish()
  }

  commit(): void {
    this.bytes += this.writer.keep()
    this.forget()
  }

  rollback(): void {
    for (let at = this.undos - 1; at >= 0; at--) {
      const key = this.undoKeys[at] as string
      const place = this.undoPlaces[at]
      if (place === undefined) this.places.delete(key)
      else this.places.set(key, place)
    }
    this.forget()
    this.writer.discard()
  }

  /** Calls `visit` for the keys in `[from, to)` until it answers false. */
  walk(
    from: string,
    to: string,
    reverse: boolean,
    visit: (key: string, value: Buffer | null) => boolean,
  ): void {
    this.places.walk(from, to, reverse, (key, place) => visit(key, this.valueAt(place)))
  }

  /** Everything, in order and in pieces. */
  *chunks(): Generator<Chunk> {
    for (const [keys, places] of this.places.chunks()) {
      yield { keys, values: places.map((place) => this.valueAt(place)) }
    }
  }

  private valueAt(place: number): Buffer | null {
    return place === REMOVED ? null : this.writer.value(place)
  }

  private set(key: string, place: number): void {
    this.undoKeys[this.undos] = key
    this.undoPlaces[this.undos++] = this.places.set(key, place)
  }

  private forget(): void {
    if (this.undos > MANY) {
      this.undoKeys = []
      this.undoPlaces = []
    }
    this.undos = 0
  }
}

/** Neighbouring writes: null stands for a removed key. */
export interface Chunk {
  readonly keys: readonly string[]
  readonly values: readonly (Buffer | null)[]
}
