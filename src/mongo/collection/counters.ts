import type { Engine } from '../storage/engine.ts'
import { countersKey, recordOf, recordRange } from '../storage/keys.ts'
import type { Tracked } from './data.ts'

/** How many documents a collection has, how many bytes they are, and the number the next one gets. */
export class Counters implements Tracked {
  count = 0
  bytes = 0
  next = 1
  private readonly key: string
  private readonly value = Buffer.allocUnsafe(24)

  constructor(collection: number, engine: Engine) {
    this.key = countersKey(collection)
    this.reload(engine)
    // Whatever the number is: a document that is there must not be written over.
    const last = engine.scan(...recordRange(collection), { limit: 1, reverse: true })[0]
    if (last && !(this.next > recordOf(last.key))) this.next = recordOf(last.key) + 1
  }

  save(engine: Engine): void {
    const { value } = this
    value.writeDoubleLE(this.count, 0)
    value.writeDoubleLE(this.bytes, 8)
    value.writeDoubleLE(this.next, 16)
    engine.put(this.key, value)
  }

  reload(engine: Engine): void {
    const value = engine.get(this.key)
    this.count = value?.readDoubleLE(0) ?? 0
    this.bytes = value?.readDoubleLE(8) ?? 0
    this.next = value?.readDoubleLE(16) ?? 1
  }
}
