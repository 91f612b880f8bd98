import { FRAME_HEADER, PUT, REMOVE, sealFrame } from './frames.ts'
import { SLAB, SLAB_BITS, type Slabs } from './slabs.ts'

const NOTHING: Buffer = Buffer.alloc(0)

/**
 * Writes the frames of commits one behind another into slabs of memory that are never moved: what goes to the log from
 * here is read from here too, until it is in the file.
 */
export class FrameWriter {
  private readonly source: Slabs
  private readonly slabs: Buffer[] = []
  private slab = NOTHING
  private end = 0
  /** The frame being written: where it began, the pieces of it in slabs that are full, and where it goes on. */
  private firstSlab = 0
  private firstStart = 0
  private start = 0
  private pieces: Buffer[] = []
  private length = 0

  constructor(source: Slabs) {
    this.source = source
  }

  get empty(): boolean {
    return this.length === 0
  }

  /** @returns the place of the value, for `value` */
  put(key: string, value: Buffer, checksum: number | undefined): number {
    const size = checksum === undefined ? value.length : value.length + 4
    this.reserve(7 + key.length + size)
    const place = this.operation(PUT, key)
    const { slab } = this
    let at = slab.writeUInt32LE(size, place)
    slab.set(value, at)
    at += value.length
    this.end = checksum === undefined ? at : slab.writeUInt32LE(checksum, at)
    return ((this.slabs.length - 1) << SLAB_BITS) | place
  }

  remove(key: string): void {
    this.reserve(3 + key.length)
    this.end = this.operation(REMOVE, key)
  }

  value(place: number): Buffer {
    const slab = this.slabs[place >>> SLAB_BITS] as Buffer
    const at = (place & (SLAB - 1)) + 4
    return slab.subarray(at, at + slab.readUInt32LE(at - 4))
  }

  /** The frame, finished: to be written one piece after another. */
  finish(): Buffer[] {
    const last = this.slab.subarray(this.start, this.end)
    const parts = this.pieces.length === 0 ? [last] : [...this.pieces, last]
    sealFrame(parts)
    return parts
  }

  /** Begins the next frame. @returns the length of the last */
  keep(): number {
    const { length } = this
    this.pieces = []
    this.length = 0
    return length
  }

  /** Begins the frame anew, in the place of what it held. */
  discard(): void {
    if (this.length === 0) return
    if (this.pieces.length > 0) {
      this.slabs.length = this.firstSlab + 1
      this.slab = this.slabs[this.firstSlab] as Buffer
      this.pieces = []
    }
    // Before it lie values that are committed.
    this.end = this.start = this.firstStart
    this.length = 0
  }

  /** Writes the head of an operation. @returns where it ends */
  private operation(kind: number, key: string): number {
    const { slab } = this
    slab[this.end] = kind
    let at = slab.writeUInt16LE(key.length, this.end + 1)
    for (let i = 0; i < key.length; i++) slab[at++] = key.charCodeAt(i)
    return at
  }

  private reserve(more: number): void {
    const need = this.length === 0 ? FRAME_HEADER + more : more
    // A slab made for one large value is of use from its beginning only: a place has no room for more.
    const full = this.end + need > this.slab.length || (this.slab.length > SLAB && this.end > 0)
    if (full) this.nextSlab(need)
    if (this.length === 0) {
      this.firstSlab = this.slabs.length - 1
      this.start = this.firstStart = this.end
      this.end += FRAME_HEADER
    }
    this.length += need
  }

  private nextSlab(need: number): void {
    if (this.length > 0) this.pieces.push(this.slab.subarray(this.start, this.end))
    this.slab = this.source.take(need)
    this.slabs.push(this.slab)
    this.start = this.end = 0
  }
}
