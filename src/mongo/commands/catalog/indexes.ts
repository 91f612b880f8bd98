import { randomUUID } from 'node:crypto'
import { encode } from '../../bson/codec.ts'
import { addContext, fail } from '../../bson/errors.ts'
import { compareValues } from '../../bson/compare.ts'
import { printBson } from '../../bson/print.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import { buildIndex } from '../../catalog/build-index.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Collection } from '../../collection/collection.ts'
import type { Index } from '../../index/index-state.ts'
import { readIndexSpec, type IndexSpec } from '../../index/spec.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import type { Command } from '../command.ts'
import { readBatchSize } from '../read/cursor-options.ts'
import { openCursor } from '../read/open-cursor.ts'
import { reply } from '../replies.ts'
import { findCollection, findOrCreate, mustFind } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { sameKey } from './coll-mod.ts'
import { wrongType } from '../wrong-type.ts'

const MAX_INDEXES = 64

export const createIndexes: Command = {
  name: 'createIndexes',
  stable: true,
  fields: { indexes: 'array!', commitQuorum: 'any', ignoreUnknownIndexOptions: 'bool', v: 'any' },
  async run(request, args) {
    const { store, db } = request
    const given = args.documents('indexes')
    if (given.length === 0) fail(2, 'Must specify at least one index to create')
    const name = args.collection
    const existing = findCollection(store, db, name)
    const inherited = existing?.options.get('collation') as Doc | undefined
    const specs = given.map((doc) => {
      if (!doc.has('key')) fail(9, "The 'key' field is a required property of an index specification")
      if (!doc.has('name')) fail(9, "The 'name' field is a required property of an index specification")
      const spec = readIndexSpec(doc, inherited)
      if (spec.partial) checkPartial(spec.partial, request.now)
      return spec
    })
    const collection = findOrCreate(store, db, name)
    const before = collection.indexes.length
    const built: Index[] = []
    try {
      for (const spec of specs) {
        if (isThere(collection, spec)) continue
        if (collection.indexes.length >= MAX_INDEXES) {
          fail(
            67,
            `add index fails, too many indexes for ${collection.namespace} key:${printBson(spec.document.get('key'))}`,
          )
        }
        built.push(await build(store.catalog, collection, spec))
      }
    } catch (error) {
      // All of the command's indexes, or none.
      if (built.length > 0 && !collection.dropped) store.catalog.dropIndexes(collection, built)
      throw error
    }
    return acknowledge(
      request,
      reply({
        numIndexesBefore: before,
        numIndexesAfter: collection.indexes.length,
        createdCollectionAutomatically: existing === undefined,
        ...(built.length === 0 ? { note: 'all indexes already exist' } : {}),
      }),
    )
  },
}

/** An error of the build names it and its collection; a build here has no other use for its UUID. */
async function build(catalog: Catalog, collection: Collection, spec: IndexSpec): Promise<Index> {
  try {
    return await buildIndex(catalog, collection, spec)
  } catch (error) {
    const uuid = collection.uuid.toUUID().toHexString()
    throw addContext(
      error,
      `Index build failed: ${randomUUID()}: Collection ${collection.namespace} ( ${uuid} )`,
    )
  }
}

/** @throws MongoError 67 for what a partial index cannot decide by */
function checkPartial(partial: Doc, now: Date): void {
  compileFilter(partial, { now })
  const allowed = ['$and', '$or', '$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$in', '$type']
  const check = (doc: Doc): void => {
    for (const [name, value] of doc) {
      if (name.startsWith('$') && !allowed.includes(name))
        fail(67, `Expression not supported in partial index: ${name}`)
      if (name === '$exists' && value === false) fail(67, 'Expression not supported in partial index: $not')
      for (const inner of name.startsWith('$') && name.length < 5 && Array.isArray(value) ? value : [value])
        if (isDoc(inner)) check(inner)
    }
  }
  check(partial)
}

/**
 * Whether the very same index is there already.
 * @throws MongoError 85, 86 when one of its name or key is, but another
 */
function isThere(collection: Collection, wanted: IndexSpec): boolean {
  const key = wanted.document.get('key') as Doc
  for (const { spec } of collection.indexes) {
    const sameKeys =
      sameKey(spec.document.get('key') as Doc, key) && sameText(spec.collation?.spec, wanted.collation?.spec)
    // What tells one index from another; indexes that differ in it may stand side by side.
    const equal =
      sameKeys &&
      sameText(spec.partial, wanted.partial) &&
      spec.unique === wanted.unique &&
      spec.sparse === wanted.sparse
    if (spec.name === wanted.name) {
      if (equal && spec.expireAfterSeconds === wanted.expireAfterSeconds) return true
      const both = `Requested index: ${show(wanted)}, existing index: ${show(spec)}`
      fail(
        equal ? 85 : 86,
        equal
          ? `An equivalent index already exists with the same name but different options. ${both}`
          : `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${both}`,
      )
    }
    if (sameKeys && collection.idIndex.spec === spec) return true
    if (equal) {
      fail(
        85,
        spec.expireAfterSeconds === wanted.expireAfterSeconds
          ? `Index already exists with a different name: ${spec.name}`
          : `An equivalent index already exists with a different name and options. Requested index: ${show(wanted)}, existing index: ${show(spec)}`,
      )
    }
  }
  return false
}

function sameText(a: Doc | undefined, b: Doc | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && compareValues(a, b) === 0)
}

function show({ document }: IndexSpec): string {
  return printBson(document)
}

export const listIndexes: Command = {
  name: 'listIndexes',
  stable: true,
  fields: { cursor: 'object', includeBuildUUIDs: 'any', includeIndexBuildInfo: 'any' },
  run(request, args) {
    const { store, db } = request
    const name = args.collection
    const collection = mustFind(store, db, name)
    const shown = collection.indexes.filter(({ ready }) => ready).map(({ spec }) => encode(spec.document))
    return openCursor(request, shown.values(), {
      namespace: `${db}.${name}`,
      collection,
      batchSize: readBatchSize(args, 'listIndexes.cursor'),
    })
  },
}

export const dropIndexes: Command = {
  name: 'dropIndexes',
  aliases: ['deleteIndexes'],
  stable: true,
  fields: { index: 'any!' },
  run(request, args) {
    const { store, db } = request
    const collection = mustFind(store, db, args.collection, `ns not found ${db}.${args.collection}`)
    const before = collection.indexes.length
    const wanted = args.value('index') as Value
    const gone =
      wanted === '*'
        ? collection.indexes.filter((index) => index !== collection.idIndex)
        : namedIndexes(collection, wanted)
    if (gone.length > 0) store.catalog.dropIndexes(collection, gone)
    const note = wanted === '*' ? { msg: 'non-_id indexes dropped for collection' } : {}
    return acknowledge(request, reply({ nIndexesWas: before, ...note }))
  },
}

function namedIndexes(collection: Collection, wanted: Value): Index[] {
  const names = Array.isArray(wanted) ? wanted : [wanted]
  for (const [at, name] of names.entries()) {
    if (typeof name === 'string' || (isDoc(name) && name === wanted)) continue
    const field = name === wanted ? 'index' : `index.${at}`
    const expected = name === wanted ? "types '[array, object, string]'" : "type 'string'"
    wrongType(`dropIndexes.${field}`, name, expected)
  }
  return names.map((name) => {
    const [found, other] = collection.indexes.filter(({ spec }) =>
      isDoc(name) ? sameKey(spec.document.get('key') as Doc, name) : spec.name === name,
    )
    if (found && other) {
      fail(
        181,
        `2 indexes found for key: ${printBson(name)}, identify by name instead. Conflicting indexes: ${show(found.spec)}, ${show(other.spec)}`,
      )
    }
    if (!found) {
      return isDoc(name)
        ? fail(27, `can't find index with key: ${printBson(name)}`)
        : fail(27, `index not found with name [${name as string}]`)
    }
    if (found === collection.idIndex) fail(72, 'cannot drop _id index')
    return found
  })
}
