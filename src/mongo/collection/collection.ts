import { makeCollation, type Collation } from '../bson/collation.ts'
import { decode, encode } from '../bson/codec.ts'
import { fail } from '../bson/errors.ts'
import { isDoc, isNumber, type Binary, type Doc, Double, type Value } from '../bson/value.ts'
import { entriesOf, idKey, type IndexEntries } from '../index/entries.ts'
import { isIdIndex, raise, type Index } from '../index/index-state.ts'
import { indexRange, recordBytes, recordIn, recordKey, recordOf, recordRange } from '../storage/keys.ts'
import { MAX_DOCUMENT_BYTES } from '../bson/limits.ts'
import { Counters } from './counters.ts'
import type { Data } from './data.ts'
import { failDuplicate } from './duplicate-key.ts'
import { checksum, unseal } from './sealed.ts'

/** A stored document: its number, and its bytes as they were given. */
export interface Stored {
  readonly record: number
  readonly bytes: Buffer
}

export interface CollectionState {
  readonly ident: number
  readonly uuid: Binary
  db: string
  name: string
  options: Doc
  indexes: Index[]
}

/** The documents of one collection and the entries of its indexes, kept in step. */
export class Collection {
  readonly ident: number
  readonly uuid: Binary
  readonly data: Data
  readonly counters: Counters
  db: string
  name: string
  options: Doc
  indexes: Index[]
  /** How many writes there were: tells a reader whether what it counted still holds. */
  changes = 0
  /** Set once it is dropped: cursors over it end. */
  dropped = false
  private readonly saveState: (collection: Collection) => void
  private defaultCollation: { spec: Value | undefined; made: Collation | undefined } | undefined

  constructor(state: CollectionState, data: Data, saveState: (collection: Collection) => void) {
    this.ident = state.ident
    this.uuid = state.uuid
    this.db = state.db
    this.name = state.name
    this.options = state.options
    this.indexes = state.indexes
    this.data = data
    this.saveState = saveState
    this.counters = new Counters(state.ident, data.engine)
  }

  get namespace(): string {
    return `${this.db}.${this.name}`
  }

  get capped(): { readonly size: number; readonly max: number } | undefined {
    if (this.options.get('capped') !== true) return undefined
    const max = asNumber(this.options.get('max'))
    return { size: asNumber(this.options.get('size')) ?? 0, max: max && max > 0 ? max : Infinity }
  }

  /** The collation a command without one gets. */
  get collation(): Collation | undefined {
    const spec = this.options.get('collation')
    if (this.defaultCollation?.spec !== spec || !this.defaultCollation) {
      this.defaultCollation = { spec, made: isDoc(spec) ? makeCollation(spec) : undefined }
    }
    return this.defaultCollation.made
  }

  get idIndex(): Index {
    return this.indexes.find(isIdIndex) as Index
  }

  read(record: number): Buffer | undefined {
    const sealed = this.data.engine.get(recordKey(this.ident, record))
    return sealed && unseal(sealed)
  }

  findById(id: Value): Stored | undefined {
    const found = this.data.engine.get(idKey(this.idIndex, id))
    if (!found) return undefined
    const record = recordIn(found)
    const bytes = this.read(record)
    return bytes && { record, bytes }
  }

  /** Whether of a document to be inserted nothing matters but its `_id`: no other index, no validator, no cap. */
  get asksForIdOnly(): boolean {
    return this.indexes.length === 1 && this.options.size === 0
  }

  /** Adds a document whose first field is `_id`, where only that is asked for. @throws MongoError 11000, 2 */
  insertById(id: Value, bytes: Buffer): void {
    checkSize(bytes)
    const { engine } = this.data
    const index = this.indexes[0] as Index
    const record = this.counters.next
    const key = idKey(index, id)
    if (!this.isBeyond(index, key) && engine.get(key)) failDuplicate(this.namespace, index, [id])
    engine.put(recordKey(this.ident, record), bytes, checksum(bytes))
    this.putEntry(index, key, recordBytes(record))
    this.counters.add(bytes.length)
    this.touch()
  }

  /** Adds a document whose `_id` is its first field. @throws MongoError 11000, 2, 171 */
  insert(doc: Doc, bytes: Buffer): number {
    checkSize(bytes)
    if (this.capped && bytes.length > this.capped.size) fail(2, 'object to insert exceeds cappedMaxSize')
    const { engine } = this.data
    const record = this.counters.next
    const entries = this.indexes.map((index) => entriesOf(index, doc, record))
    this.checkUnique(entries, record)
    engine.put(recordKey(this.ident, record), bytes, checksum(bytes))
    for (let at = 0; at < entries.length; at++) {
      const { keys, value } = entries[at] as IndexEntries
      for (const key of keys.keys()) this.putEntry(this.indexes[at] as Index, key, value)
    }
    this.learn(entries)
    this.counters.add(bytes.length)
    this.touch()
    this.shrink()
    return record
  }

  /** Puts another document in the place of one. @throws MongoError 11000, 17419, 171 */
  replace({ record, bytes: before }: Stored, old: Doc, doc: Doc): Buffer {
    const bytes = encode(doc)
    if (bytes.length > MAX_DOCUMENT_BYTES) {
      fail(17419, `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`)
    }
    const { engine } = this.data
    const entries = this.indexes.map((index) => entriesOf(index, doc, record))
    const previous = this.indexes.map((index) => entriesOf(index, old, record).keys)
    this.checkUnique(entries, record, previous)
    engine.put(recordKey(this.ident, record), bytes, checksum(bytes))
    for (const [at, { keys, value }] of entries.entries()) {
      const gone = previous[at] as IndexEntries['keys']
      for (const key of gone.keys()) if (!keys.has(key)) engine.remove(key)
      for (const key of keys.keys()) if (!gone.has(key)) this.putEntry(this.indexes[at] as Index, key, value)
    }
    this.learn(entries)
    this.counters.change(0, bytes.length - before.length)
    this.touch()
    return bytes
  }

  remove({ record, bytes }: Stored, doc: Doc): void {
    const { engine } = this.data
    engine.remove(recordKey(this.ident, record))
    for (const index of this.indexes) {
      for (const key of entriesOf(index, doc, record).keys.keys()) engine.remove(key)
    }
    this.counters.change(-1, -bytes.length)
    this.touch()
  }

  /** Documents a capped collection has no room for any more, oldest first. */
  private shrink(): void {
    const capped = this.capped
    if (!capped) return
    const [from, to] = recordRange(this.ident)
    while (
      this.counters.count > 1 &&
      (this.counters.bytes > capped.size || this.counters.count > capped.max)
    ) {
      const oldest = this.data.engine.scan(from, to, { limit: 1 })[0]
      if (!oldest) return
      const bytes = unseal(oldest.value)
      this.remove({ record: recordOf(oldest.key), bytes }, decode(bytes))
    }
  }

  private checkUnique(
    entries: readonly IndexEntries[],
    record: number,
    previous?: readonly IndexEntries['keys'][],
  ): void {
    for (let at = 0; at < this.indexes.length; at++) {
      const index = this.indexes[at] as Index
      if (!index.spec.unique) continue
      for (const [key, tuple] of (entries[at] as IndexEntries).keys) {
        if (previous?.[at]?.has(key) || this.isBeyond(index, key)) continue
        const holder = this.data.engine.get(key)
        if (holder && recordIn(holder) !== record) failDuplicate(this.namespace, index, tuple)
      }
    }
  }

  private putEntry(index: Index, key: string, value: Buffer): void {
    this.data.engine.put(key, value)
    raise(index, key)
  }

  /** Whether a key is above all there are: ids mostly grow, and need not be looked up. */
  private isBeyond(index: Index, key: string): boolean {
    if (index.highest === undefined) {
      const [from, to] = indexRange(index.ident)
      index.highest = this.data.engine.scan(from, to, { limit: 1, reverse: true })[0]?.key ?? from
    }
    return key > index.highest
  }

  /** Notes what a planner must know: arrays on indexed paths, keys too long to keep. */
  private learn(entries: readonly IndexEntries[]): void {
    let news = false
    for (let at = 0; at < entries.length; at++) {
      const { multikey, long } = entries[at] as IndexEntries
      const index = this.indexes[at] as Index
      if (long && !index.long) {
        news = index.long = true
        this.data.undoWith(() => (index.long = false))
      }
      if (!multikey) continue
      for (const [field, many] of multikey.entries()) {
        if (!many || index.multikey[field]) continue
        news = index.multikey[field] = true
        this.data.undoWith(() => (index.multikey[field] = false))
      }
    }
    if (news) this.saveState(this)
  }

  private touch(): void {
    this.changes++
    this.data.touch(this.counters)
  }
}

function checkSize(bytes: Buffer): void {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    fail(2, `object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`)
  }
}

export function asNumber(value: Value | undefined): number | undefined {
  if (!isNumber(value)) return undefined
  return value instanceof Double ? value.value : Number(value)
}
