import type { Engine } from '../storage/engine.ts'
import { after, countersKey, recordKey, recordOf, recordRange } from '../storage/keys.ts'
import type { Tracked } from './data.ts'
import { SEAL } from './sealed.ts'

/** So many new documents, or so many bytes of them, are not noted but counted by who reads the figures again. */
const UNNOTED = 64
const UNNOTED_BYTES = 1024 * 1024
const PAGE = 100

/** How many documents a collection has, how many bytes they are, and the number the next one gets. */
export class Counters implements Tracked {
  count = 0
  bytes = 0
  next = 1
  private notedBytes = 0
  private notedNext = 1
  /** Whether anything but new documents changed the figures since they were noted. */
  private changed = false
  private readonly collection: number
  private readonly key: string
  private readonly value = Buffer.allocUnsafe(24)

  constructor(collection: number, engine: Engine) {
    this.collection = collection
    this.key = countersKey(collection)
    this.reload(engine)
  }

  /** A document of so many bytes got the next number. */
  add(bytes: number): void {
    this.count++
    this.bytes += bytes
    this.next++
  }

  /** Documents, or bytes of them, are more or fewer than there were. */
  change(documents: number, bytes: number): void {
    this.count += documents
    this.bytes += bytes
    this.changed = true
  }

  save(engine: Engine): void {
    const { value } = this
    const isLittle =
      this.next - this.notedNext < UNNOTED && this.bytes - this.notedBytes < UNNOTED_BYTES && !this.changed
    if (isLittle) return
    value.writeDoubleLE(this.count, 0)
    value.writeDoubleLE(this.bytes, 8)
    value.writeDoubleLE(this.next, 16)
    engine.put(this.key, value)
    this.note()
  }

  reload(engine: Engine): void {
    const value = engine.get(this.key)
    this.count = value?.readDoubleLE(0) ?? 0
    this.bytes = value?.readDoubleLE(8) ?? 0
    this.next = value?.readDoubleLE(16) ?? 1
    this.note()
    this.countUnnoted(engine)
  }

  private note(): void {
    this.notedBytes = this.bytes
    this.notedNext = this.next
    this.changed = false
  }

  /** What has a number that was not given away yet came after the figures were noted. */
  private countUnnoted(engine: Engine): void {
    let from = recordKey(this.collection, this.next)
    const [, to] = recordRange(this.collection)
    for (;;) {
      const entries = engine.scan(from, to, { limit: PAGE })
      for (const { key, value } of entries) {
        this.count++
        this.bytes += value.length - SEAL
        this.next = recordOf(key) + 1
        from = after(key)
      }
      if (entries.length < PAGE) return
    }
  }
}
