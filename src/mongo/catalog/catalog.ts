import { randomUUID } from 'node:crypto'
import { UUID } from 'bson'
import { fail } from '../bson/errors.ts'
import type { Doc, Value } from '../bson/value.ts'
import { Collection } from '../collection/collection.ts'
import type { Data } from '../collection/data.ts'
import { makeIndex, type Index } from '../index/index-state.ts'
import { readIndexSpec } from '../index/spec.ts'
import { catalogKey, catalogRange, countersKey, settingKey } from '../storage/keys.ts'
import { DamagedEntry, readEntry, writeCollection, writeView } from './entry.ts'
import { Trash } from './trash.ts'
import type { View } from './view.ts'

const NEXT: string = settingKey('next')
const [DRAFTS, DRAFTS_END]: [string, string] = [settingKey('draft '), settingKey('draft!')]

/** Which databases, collections, views and indexes there are. */
export class Catalog {
  readonly data: Data
  readonly trash: Trash
  /** Of the numbers of what there is. */
  private highest = 0
  private readonly databases = new Map<string, Map<string, Collection | View>>()

  constructor(data: Data) {
    this.data = data
    this.trash = new Trash(data)
    const [from, to] = catalogRange()
    for (const { key, value } of data.engine.scan(from, to, { limit: 1_000_000 })) this.load(key, value)
    this.clearDrafts()
    this.trash.empty()
  }

  find(db: string, name: string): Collection | View | undefined {
    return this.databases.get(db)?.get(name)
  }

  /** @throws MongoError 166 for a view */
  collection(db: string, name: string): Collection | undefined {
    const found = this.find(db, name)
    if (found && !(found instanceof Collection)) {
      fail(166, `Namespace ${db}.${name} is a view, not a collection`)
    }
    return found
  }

  names(): string[] {
    return [...this.databases.keys()].sort()
  }

  list(db: string): (Collection | View)[] {
    return [...(this.databases.get(db)?.values() ?? [])]
  }

  /** Makes a collection with its `_id` index; the caller has checked name and options. */
  create(db: string, name: string, options: Doc): Collection {
    return this.createAs(db, name, options, false)
  }

  /** As `create`, for one that `rename` puts in its place when it is whole; the next start drops it if that never came. */
  createDraft(db: string, name: string, options: Doc): Collection {
    return this.createAs(db, name, options, true)
  }

  private createAs(db: string, name: string, options: Doc, isDraft: boolean): Collection {
    this.checkCase(db)
    const id = readIndexSpec(
      new Map<string, Value>([
        ['key', new Map([['_id', 1]])],
        ['name', '_id_'],
      ]),
      options.get('collation') as Doc | undefined,
    )
    const [ident, index] = [this.nextIdent(), this.nextIdent()]
    const state = { ident, uuid: newUuid(), db, name, options, indexes: [makeIndex(index, id)] }
    this.data.engine.put(catalogKey(ident), writeCollection(state))
    if (isDraft) this.data.engine.put(draftKey(ident), Buffer.alloc(0))
    this.data.commit()
    const collection = new Collection(state, this.data, (changed) => this.save(changed))
    this.add(collection)
    return collection
  }

  createView(db: string, name: string, options: Doc): View {
    this.checkCase(db)
    const pipeline = (options.get('pipeline') ?? []) as Doc[]
    const view: View = {
      ident: this.nextIdent(),
      db,
      name,
      options,
      pipeline,
      viewOn: options.get('viewOn') as string,
    }
    this.data.engine.put(catalogKey(view.ident), writeView(view))
    this.data.commit()
    this.add(view)
    return view
  }

  /** Writes what changed about a collection: part of the caller's commit. */
  save(collection: Collection): void {
    this.data.engine.put(catalogKey(collection.ident), writeCollection(collection))
  }

  /** Gives a view another source or pipeline. */
  replaceView(view: View, options: Doc): void {
    const changed: View = {
      ...view,
      options,
      viewOn: options.get('viewOn') as string,
      pipeline: options.get('pipeline') as Doc[],
    }
    this.data.engine.put(catalogKey(view.ident), writeView(changed))
    this.data.commit()
    this.add(changed)
  }

  drop(target: Collection | View): void {
    this.dropUncommitted(target)
    this.data.commit()
    this.forget(target)
    this.trash.empty()
  }

  /** Drops a draft, whatever state the disk is in: nobody sees it any more, and the next start clears what is left. */
  discard(draft: Collection): void {
    try {
      this.drop(draft)
    } catch {
      this.forget(draft)
    }
  }

  dropDatabase(db: string): void {
    const all = this.list(db)
    for (const target of all) this.dropUncommitted(target)
    this.data.commit()
    for (const target of all) this.forget(target)
    this.trash.empty()
  }

  /** Gives a collection another name, in the place of `replaced` if there is one; what it is a copy of goes with the same commit. */
  rename(
    collection: Collection,
    db: string,
    name: string,
    replaced: Collection | View | undefined,
    original?: Collection,
  ): void {
    const gone = [replaced, original].filter((one) => one !== undefined)
    for (const one of gone) this.dropUncommitted(one)
    this.data.engine.put(catalogKey(collection.ident), writeCollection({ ...stateOf(collection), db, name }))
    this.data.engine.remove(draftKey(collection.ident))
    this.data.commit()
    for (const one of gone) this.forget(one)
    this.unlist(collection)
    collection.db = db
    collection.name = name
    this.add(collection)
    this.trash.empty()
  }

  /** Adds an index that is still to be filled; committed. */
  startIndex(collection: Collection, index: Index): void {
    collection.indexes.push(index)
    this.data.undoWith(() => {
      collection.indexes = collection.indexes.filter((other) => other !== index)
    })
    this.save(collection)
    this.data.commit()
  }

  /** Gives a collection that is still empty the index of another. */
  copyIndex(collection: Collection, { spec }: Index): void {
    this.startIndex(collection, makeIndex(this.nextIdent(), spec))
  }

  dropIndexes(collection: Collection, gone: readonly Index[]): void {
    for (const index of gone) this.trash.add('index', index.ident)
    const kept = collection.indexes.filter((index) => !gone.includes(index))
    this.data.engine.put(
      catalogKey(collection.ident),
      writeCollection({ ...stateOf(collection), indexes: kept }),
    )
    this.data.commit()
    collection.indexes = kept
    this.trash.empty()
  }

  /** As `dropIndexes`, whatever state the disk is in. */
  discardIndexes(collection: Collection, gone: readonly Index[]): void {
    try {
      this.dropIndexes(collection, gone)
    } catch {
      collection.indexes = collection.indexes.filter((index) => !gone.includes(index))
      for (const { ident } of gone) this.trash.owe('index', ident)
    }
  }

  nextIdent(): number {
    const stored = this.data.engine.get(NEXT)
    // Whatever the number is: what is there must not be given to another.
    const ident = Math.max(stored ? stored.readUInt32BE(0) : 1, this.highest + 1)
    this.highest = ident
    const next = Buffer.alloc(4)
    next.writeUInt32BE(ident + 1)
    this.data.engine.put(NEXT, next)
    return ident
  }

  private load(key: string, bytes: Buffer): void {
    const entry = readEntry(bytes)
    if (catalogKey(entry.ident) !== key) throw new DamagedEntry()
    this.highest = Math.max(
      this.highest,
      entry.ident,
      ...('viewOn' in entry ? [] : entry.indexes.map(({ ident }) => ident)),
    )
    if ('viewOn' in entry) {
      this.add(entry)
      return
    }
    // A build that was cut short is not resumed: its client never heard that the index is there.
    const unfinished = entry.indexes.filter(({ ready }) => !ready)
    const collection = new Collection(entry, this.data, (changed) => this.save(changed))
    this.add(collection)
    if (unfinished.length > 0) this.discardIndexes(collection, unfinished)
  }

  private clearDrafts(): void {
    const idents = new Set(
      this.data.engine
        .scan(DRAFTS, DRAFTS_END, { limit: 1_000_000 })
        .map(({ key }) => Number(key.slice(DRAFTS.length))),
    )
    if (idents.size === 0) return
    for (const db of this.names()) {
      for (const one of this.list(db)) {
        if (one instanceof Collection && idents.has(one.ident)) this.discard(one)
      }
    }
  }

  private dropUncommitted(target: Collection | View): void {
    this.data.engine.remove(catalogKey(target.ident))
    if (!(target instanceof Collection)) return
    this.data.engine.remove(countersKey(target.ident))
    this.data.engine.remove(draftKey(target.ident))
    this.trash.add('records', target.ident)
    for (const { ident } of target.indexes) this.trash.add('index', ident)
  }

  private forget(target: Collection | View): void {
    if (target instanceof Collection) target.dropped = true
    this.unlist(target)
  }

  private add(target: Collection | View): void {
    const collections = this.databases.get(target.db) ?? new Map<string, Collection | View>()
    collections.set(target.name, target)
    this.databases.set(target.db, collections)
  }

  private unlist(target: Collection | View): void {
    const collections = this.databases.get(target.db)
    collections?.delete(target.name)
    if (collections?.size === 0) this.databases.delete(target.db)
  }

  private checkCase(db: string): void {
    if (this.databases.has(db)) return
    const other = this.names().find((name) => name.toLowerCase() === db.toLowerCase())
    if (other)
      fail(13297, `db already exists with different case already have: [${other}] trying to create [${db}]`)
  }
}

function stateOf({
  ident,
  uuid,
  db,
  name,
  options,
  indexes,
}: Collection): ConstructorParameters<typeof Collection>[0] {
  return { ident, uuid, db, name, options, indexes }
}

function draftKey(ident: number): string {
  return settingKey(`draft ${ident}`)
}

function newUuid(): Collection['uuid'] {
  return new UUID(randomUUID()).toBinary()
}
