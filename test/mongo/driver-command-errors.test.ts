import { Long, type Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMemory, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openMemory()
  const { db } = opened
  await db.command({
    insert: 'rows',
    documents: [
      { _id: 1, a: 1 },
      { _id: 2, a: [5, -1] },
      { _id: 3, a: [] },
    ],
  })
  await db.command({
    createIndexes: 'rows',
    indexes: [
      { key: { a: 1 }, name: 'a_1' },
      { key: { a: 1, b: 1 }, name: 'a_1_b_1' },
      { key: { t: 1 }, name: 't_1', expireAfterSeconds: 9 },
      { key: { c: 1 }, name: 'c' },
      { key: { c: 1 }, name: 'c-fr', collation: { locale: 'fr' } },
    ],
  })
  await db.command({ create: 'capped', capped: true, size: 256 })
  await db.command({ insert: 'capped', documents: [{ _id: 1 }] })
  await db.command({ create: 'view', viewOn: 'rows', pipeline: [] })
})
afterAll(() => opened.close())

const find = (options: Document): Document => ({ find: 'rows', ...options })
const seen = (options: Document): Document => ({ find: 'view', ...options })
const set = { q: {}, u: { $set: { a: 1 } } }
const aggregate = (...pipeline: Document[]): Document => ({ aggregate: 'rows', pipeline, cursor: {} })
const index = (spec: Document): Document => ({ createIndexes: 'rows', indexes: [{ name: 'n', ...spec }] })
const change = (wanted: Document): Document => ({ collMod: 'rows', index: wanted })

/** The command with the number of a cursor that is open. */
async function withCursor(command: Document): Promise<Document> {
  const { cursor } = await opened.db.command({ find: 'rows', batchSize: 1 }, { promoteLongs: false })
  return { ...command, getMore: cursor.id as Long }
}

/** What a server answers to a command that is wrong: code and words. */
describe('the error of', () => {
  it.each<[string, Document, number, string]>([
    [
      'a cursor that asks for more',
      { listIndexes: 'rows', cursor: { batchSize: 1, foo: 1 } },
      40415,
      "BSON field 'listIndexes.cursor.foo' is an unknown field.",
    ],
    [
      'a first batch of a word',
      { listCollections: 1, cursor: { batchSize: 'x' } },
      14,
      "BSON field 'listCollections.cursor.batchSize' is the wrong type 'string', expected types '[long, int, decimal, double]'",
    ],
    [
      'a first batch of less than nothing',
      { listCollections: 1, cursor: { batchSize: -1 } },
      51024,
      "BSON field 'batchSize' value must be >= 0, actual value '-1'",
    ],
    [
      'a cursor of a pipeline that asks for more',
      { aggregate: 'rows', pipeline: [], cursor: { foo: 1 } },
      40415,
      "BSON field 'cursor.foo' is an unknown field.",
    ],
    [
      'the size of a number',
      { dataSize: 1 },
      14,
      "BSON field 'dataSize.dataSize' is the wrong type 'int', expected type 'string'",
    ],
    [
      'an explanation of a number',
      { explain: 1 },
      14,
      "BSON field 'explain.explain' is the wrong type 'int', expected type 'object'",
    ],
    [
      'a scale of nothing',
      { dbStats: 1, scale: 0.5 },
      2,
      'Scale factor must be greater than zero and less than or equal to 2^50',
    ],
    [
      'a scale too large',
      { dbStats: 1, scale: 2 ** 50 + 1 },
      2,
      'Scale factor must be greater than zero and less than or equal to 2^50',
    ],
    [
      "a collection's scale of nothing",
      { collStats: 'rows', scale: 0 },
      51024,
      "BSON field 'scale' value must be >= 1, actual value '0'",
    ],
    [
      'an order of $natural',
      find({ sort: { $natural: 2 } }),
      2,
      '$natural sort cannot be set to a value other than -1 or 1.',
    ],
    [
      'a hint of $natural',
      find({ hint: { $natural: 0 } }),
      2,
      '$natural hint cannot be set to a value other than -1 or 1.',
    ],
    [
      'a tailing cursor with an order',
      { find: 'capped', tailable: true, sort: { _id: 1 } },
      2,
      'cannot use tailable option with a sort other than {$natural: 1}',
    ],
    [
      'a tailing cursor of one batch',
      { find: 'capped', tailable: true, singleBatch: true },
      2,
      "cannot use tailable option with the 'singleBatch' option",
    ],
    [
      'min without a hint',
      find({ min: { a: 1 } }),
      51173,
      'When using min()/max() a hint of which index to use must be provided',
    ],
    [
      'min of another index',
      find({ min: { b: 1 }, hint: 'a_1' }),
      51174,
      'The index chosen is not compatible with min/max',
    ],
    [
      'min above max',
      find({ min: { a: 2 }, max: { a: 1 }, hint: 'a_1' }),
      51175,
      'The value provided for min() does not come before the value provided for max() in the hinted index',
    ],
    [
      'min of other fields than max',
      find({ min: { a: 1 }, max: { b: 1 }, hint: 'a_1' }),
      51176,
      'min and max must have the same field names',
    ],
    [
      'a let that reads a field',
      find({ let: { x: { $add: [1, '$a'] } } }),
      4890500,
      'Command let Expression tried to access a field, but this is not allowed because Command let Expressions run before the query examines any documents.',
    ],
    [
      'unknown metadata',
      find({ projection: { a: { $meta: 'none' } } }),
      17308,
      'Unsupported argument to $meta: none',
    ],
    [
      'metadata by number',
      find({ projection: { a: { $meta: 1 } } }),
      17307,
      '$meta only supports string arguments',
    ],
    [
      'the score of no text',
      find({ projection: { a: { $meta: 'textScore' } } }),
      40218,
      'query requires text score metadata, but it is not available',
    ],
    [
      'an open group',
      find({ filter: { a: { $regex: '(' } } }),
      51091,
      'Regular expression is invalid: missing closing parenthesis',
    ],
    [
      'a lone quantifier',
      find({ filter: { a: { $regex: '*' } } }),
      51091,
      'Regular expression is invalid: quantifier does not follow a repeatable item',
    ],
    [
      'a class turned round',
      find({ filter: { a: { $regex: '[z-a]' } } }),
      51091,
      'Regular expression is invalid: range out of order in character class',
    ],
    [
      'a size beyond all integers',
      find({ filter: { a: { $size: 1e20 } } }),
      2,
      'Failed to parse $size. Cannot represent as a 64-bit integer: $size: 1e+20.0',
    ],
    ['min on a view', seen({ min: { a: 1 } }), 168, 'Option min not supported in aggregation.'],
    ['returnKey on a view', seen({ returnKey: true }), 168, 'Option returnKey not supported in aggregation.'],
    [
      'a tailing cursor on a view',
      seen({ tailable: true }),
      168,
      'Tailable cursors are not supported in aggregation.',
    ],
    [
      'noCursorTimeout on a view',
      seen({ noCursorTimeout: true }),
      168,
      'Option noCursorTimeout not supported in aggregation.',
    ],
    [
      '$natural on a view',
      seen({ sort: { $natural: 1 } }),
      168,
      'Sort option $natural not supported in aggregation.',
    ],
    [
      'one batch of several from a view',
      seen({ singleBatch: true }),
      168,
      'Option singleBatch not supported in aggregation.',
    ],
    [
      'a batch size in words',
      { ...aggregate(), cursor: { batchSize: 'x' } },
      14,
      "BSON field 'cursor.batchSize' is the wrong type 'string', expected types '[long, int, decimal, double]'",
    ],
    [
      'what a cursor does not know',
      { ...aggregate(), cursor: { x: 1 } },
      40415,
      "BSON field 'cursor.x' is an unknown field.",
    ],
    [
      'writing to a special collection',
      aggregate({ $out: 'system.x' }),
      17385,
      "Can't $out to special collection: system.x",
    ],
    [
      'writing to an internal database',
      aggregate({ $out: { db: 'local', coll: 'x' } }),
      31321,
      "Can't $out to internal database: local",
    ],
    [
      'merging into a special collection',
      aggregate({ $merge: 'system.x' }),
      31319,
      'Cannot $merge to special collection: system.x',
    ],
    [
      'merging into an internal database',
      aggregate({ $merge: { into: { db: 'admin', coll: 'x' } } }),
      31320,
      'Cannot $merge to internal database: admin',
    ],
    [
      'an $indexStats of something',
      aggregate({ $indexStats: { a: 1 } }),
      28803,
      'The $indexStats stage specification must be an empty object',
    ],
    [
      'a $collStats of a number',
      aggregate({ $collStats: 1 }),
      40166,
      '$collStats must take a nested object but found: $collStats: 1',
    ],
    [
      'a $collStats of what is not known',
      aggregate({ $collStats: { x: {} } }),
      40415,
      "BSON field '$collStats.x' is an unknown field.",
    ],
    [
      'sessions of another collection',
      aggregate({ $listSessions: {} }),
      73,
      '$listSessions may only be run against config.system.sessions',
    ],
    [
      'operations of another database',
      { ...aggregate({ $currentOp: {} }), aggregate: 1 },
      73,
      "$currentOp must be run against the 'admin' database with {aggregate: 1}",
    ],
    [
      'an order by an expression',
      aggregate({ $sort: { a: { $add: [1] } } }),
      17312,
      '$meta is the only expression supported by $sort right now',
    ],
    [
      'a cursor id that is no long',
      { getMore: 1, collection: 'rows' },
      14,
      "BSON field 'getMore.getMore' is the wrong type 'int', expected type 'long'",
    ],
    [
      'an update that is neither document nor pipeline',
      { update: 'rows', updates: [{ q: {}, u: 1 }] },
      9,
      'Update argument must be either an object or an array: u',
    ],
    [
      'a batch with an operation there is none of',
      { bulkWrite: 1, ops: [{ none: 0 }], nsInfo: [{ ns: 'test.rows' }] },
      40415,
      "BSON field 'bulkWrite.ops.none' is an unknown field.",
    ],
    [
      'a batch with an update of nothing',
      { bulkWrite: 1, ops: [{ update: 0, filter: {}, updateMods: 1 }], nsInfo: [{ ns: 'test.rows' }] },
      9,
      'Update argument must be either an object or an array: updateMods',
    ],
    [
      'a collation of another version',
      find({ collation: { locale: 'en', version: '1' } }),
      161,
      `Requested collation version '1' but the only available collator version was '57.1'. Requested collation spec: { locale: "en", version: "1" }`,
    ],
    [
      'a time limit on a cursor that awaits nothing',
      { getMore: Long.fromNumber(0), collection: 'rows', maxTimeMS: 5 },
      2,
      'cannot set maxTimeMS on getMore command for a non-awaitData cursor',
    ],
    [
      'distinct of a name that ends early',
      { distinct: 'rows', key: 'a\0b' },
      31032,
      'Key field cannot contain an embedded null byte',
    ],
    [
      'a capped collection beyond all disks',
      { create: 'vast', capped: true, size: 1e18 },
      2,
      'Invalid capped size in collection options',
    ],
    [
      'an index of _id by something else',
      { create: 'other', idIndex: { key: { a: 1 }, name: 'a_1' } },
      2,
      "The field 'key' for an _id index must be {_id: 1}, but got { a: 1 }",
    ],
    [
      'an index of _id without its key',
      { create: 'other', idIndex: {} },
      9,
      "The 'key' field is a required property of an index specification",
    ],
    [
      'an index of _id in another language than its collection',
      { create: 'other', idIndex: { key: { _id: 1 }, name: '_id_', collation: { locale: 'fr' } } },
      2,
      "'idIndex' must have the same collation as the collection.",
    ],
    [
      'a collection that takes the name of a view',
      { renameCollection: 'test.capped', to: 'test.view', dropTarget: true },
      48,
      'a view already exists with that name: test.view',
    ],
    [
      'explain of an insert',
      { explain: { insert: 'rows', documents: [{}] } },
      20,
      'Cannot explain cmd: insert',
    ],
    ['explaining what reads nothing', { explain: { ping: 1 } }, 20, 'Cannot explain cmd: ping'],
    [
      'explaining an explanation',
      { explain: { explain: { find: 'rows' } } },
      20,
      'Explain cannot explain itself.',
    ],
    [
      'explaining nothing that is known',
      { explain: { nonsense: 1 } },
      59,
      'Explain failed due to unknown command: nonsense',
    ],
    [
      'explaining another database',
      { explain: { find: 'rows', $db: 'other' } },
      73,
      'Mismatched $db in explain command. Expected test but got other',
    ],
    [
      'explaining as much as nobody can',
      { explain: { find: 'rows' }, verbosity: 'x' },
      2,
      "Enumeration value 'x' for field 'explain.verbosity' is not a valid value.",
    ],
    ['explaining a count of a number', { explain: { count: 1 } }, 73, 'collection name has invalid type int'],
    [
      'explaining a count with what it does not know',
      { explain: { count: 'rows', x: 1 } },
      40415,
      "BSON field 'count.x' is an unknown field.",
    ],
    [
      'explaining a distinct of nothing',
      { explain: { distinct: 'rows' } },
      40414,
      "BSON field 'distinct.key' is missing but a required field",
    ],
    [
      'explaining what is no pipeline',
      { explain: { aggregate: 'rows', pipeline: 1 } },
      14,
      "'pipeline' option must be specified as an array",
    ],
    [
      'explaining two updates',
      { explain: { update: 'rows', updates: [set, set] } },
      16,
      'explained write batches must be of size 1',
    ],
    [
      'explaining an update of a view',
      { explain: { update: 'view', updates: [set] } },
      166,
      'Namespace test.view is a view, not a collection',
    ],
    [
      'explaining a deletion without a limit',
      { explain: { delete: 'rows', deletes: [{ q: {}, limit: 2 }] } },
      9,
      'The limit field in delete objects must be 0 or 1. Got 2',
    ],
    [
      'explaining an exchange for nothing',
      { explain: { findAndModify: 'rows' } },
      9,
      'Either an update or remove=true must be specified',
    ],
    [
      'an index whose key is no document',
      index({ key: 1 }),
      14,
      "The field 'key' must be an object, but got int",
    ],
    [
      'an index by null',
      index({ key: { x: null } }),
      67,
      'Values in v:2 index key pattern cannot be of type null. Only numbers > 0, numbers < 0, and strings are allowed.',
    ],
    [
      'an index by a truth',
      index({ key: { x: true } }),
      67,
      'Values in v:2 index key pattern cannot be of type bool. Only numbers > 0, numbers < 0, and strings are allowed.',
    ],
    ['an index by NaN', index({ key: { x: NaN } }), 67, 'Values in the index key pattern cannot be NaN.'],
    ['an index of an unknown kind', index({ key: { x: 'none' } }), 67, "Unknown index plugin 'none'"],
    [
      'an index with an unknown option',
      index({ key: { x: 1 }, none: 1 }),
      197,
      `The field 'none' is not valid for an index specification. Specification: { name: "n", key: { x: 1 }, none: 1 }`,
    ],
    [
      'an index that is unique in a way',
      index({ key: { x: 1 }, unique: 'x' }),
      14,
      `The field 'unique has value unique: "x", which is not convertible to bool`,
    ],
    [
      'an index with a projection',
      index({ key: { x: 1 }, wildcardProjection: { a: 1 } }),
      2,
      "The field 'wildcardProjection' is only allowed in 'wildcard' indexes",
    ],
    [
      'an index with weights',
      index({ key: { x: 1 }, weights: { a: 1 } }),
      67,
      `Invalid index specification { name: "n", key: { x: 1 }, weights: { a: 1 } }; the field 'weights' can only be specified with text indexes`,
    ],
    [
      'dropIndexes by number',
      { dropIndexes: 'rows', index: 1 },
      14,
      "BSON field 'dropIndexes.index' is the wrong type 'int', expected types '[array, object, string]'",
    ],
    [
      'dropIndexes by numbers',
      { dropIndexes: 'rows', index: ['a_1', 1] },
      14,
      "BSON field 'dropIndexes.index.1' is the wrong type 'int', expected type 'string'",
    ],
    [
      'collMod of two kinds of index',
      change({ name: 'a_1', keyPattern: { a: 1 }, hidden: true }),
      72,
      'Cannot specify both key pattern and name.',
    ],
    ['collMod of no index', change({ hidden: true }), 72, 'Must specify either index name or key pattern.'],
    [
      'collMod of nothing in an index',
      change({ name: 'a_1' }),
      72,
      'no expireAfterSeconds, hidden, unique, or prepareUnique field',
    ],
    [
      'collMod of something else in an index',
      change({ name: 'a_1', none: 1 }),
      40415,
      "BSON field 'collMod.index.none' is an unknown field.",
    ],
    [
      'collMod that lets _id expire',
      change({ keyPattern: { _id: 1 }, expireAfterSeconds: 1 }),
      72,
      'the _id field does not support TTL indexes',
    ],
    [
      'collMod that lets a compound index expire',
      change({ name: 'a_1_b_1', expireAfterSeconds: 1 }),
      72,
      'TTL indexes are single-field indexes, compound indexes do not support TTL',
    ],
    [
      'collMod that expires before',
      change({ name: 't_1', expireAfterSeconds: -1 }),
      72,
      "TTL index 'expireAfterSeconds' option cannot be less than 0",
    ],
    [
      'collMod that expires never',
      change({ name: 't_1', expireAfterSeconds: 'x' }),
      14,
      "BSON field 'collMod.index.expireAfterSeconds' is the wrong type 'string', expected types '[long, int, decimal, double]'",
    ],
    [
      'collMod to an unknown level',
      { collMod: 'rows', validationLevel: 'none' },
      2,
      "Enumeration value 'none' for field 'collMod.validationLevel' is not a valid value.",
    ],
  ])('#11 %s', async (_, command, code, message) => {
    const ofAdmin = 'bulkWrite' in command || 'renameCollection' in command
    const db = opened.client.db(ofAdmin ? 'admin' : 'test')
    const given = 'getMore' in command && 'maxTimeMS' in command ? await withCursor(command) : command
    const error = await db.command(given).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, errmsg: message })
  })

  it.each([{ dropIndexes: 'rows', index: { c: 1 } }, change({ keyPattern: { c: 1 }, hidden: true })])(
    '#11 a key that two indexes have: %j',
    async (command) => {
      await expect(opened.db.command(command)).rejects.toMatchObject({ code: 181 })
    },
  )

  it('#11 a document that no capped collection of its size can hold', async () => {
    const write = opened.db.collection('capped').insertOne({ text: 'x'.repeat(300) })
    await expect(write).rejects.toMatchObject({ code: 2, errmsg: 'object to insert exceeds cappedMaxSize' })
    expect(await opened.db.collection('capped').countDocuments()).toBe(1)
  })
})

it('#11 returnKey gives the keys of the index, not the values of the document', async () => {
  const keys = (options: Document): Promise<Document[]> =>
    opened.db
      .collection('rows')
      .find({}, { returnKey: true, ...options })
      .toArray()
  expect(await keys({ hint: 'a_1' })).toEqual([{ a: undefined }, { a: -1 }, { a: 1 }])
  const found = opened.db.collection('rows').find({ a: { $gt: 0 } }, { returnKey: true, hint: 'a_1' })
  expect(await found.toArray()).toEqual([{ a: 1 }, { a: 5 }])
})

it('#11 an index has the version it was asked for', async () => {
  await opened.db.command({ createIndexes: 'old', indexes: [{ key: { a: 1 }, name: 'a', v: 1 }] })
  expect(await opened.db.collection('old').indexes()).toMatchObject([{ v: 2 }, { v: 1, name: 'a' }])
})

it('#11 serverStatus may be asked for any section', async () => {
  expect(await opened.db.command({ serverStatus: 1, none: 0, repl: 0 })).toMatchObject({ ok: 1 })
})

it('#11 listCommands names the commands there are', async () => {
  const { commands } = await opened.db.command({ listCommands: 1 })
  expect(Object.keys(commands as Document)).toEqual(
    expect.arrayContaining(['aggregate', 'createIndexes', 'delete', 'find', 'listCommands', 'update']),
  )
  expect(commands).not.toHaveProperty('mapReduce')
})

it('#11 a cursor that is not there is not found', async () => {
  const more = opened.db.command({ getMore: Long.fromNumber(5), collection: 'rows' })
  await expect(more).rejects.toMatchObject({ code: 43 })
})

describe('what no collection may hold', () => {
  const nested = (levels: number, value: unknown): Document => {
    let doc = value as Document
    for (let at = 0; at < levels; at++) doc = { a: doc }
    return doc
  }

  it('#11 is a document of more than 180 levels, an empty one below not counted', async () => {
    const deep = opened.db.collection('deep')
    await deep.insertOne(nested(180, 1))
    await deep.insertOne(nested(180, {}))
    await expect(deep.insertOne(nested(181, 1))).rejects.toMatchObject({
      code: 15,
      errmsg: 'cannot insert document because it exceeds 180 levels of nesting',
    })
    await deep.insertOne({ b: 1 })
    await deep.updateOne({ b: 1 }, { $set: { c: nested(179, 1) } })
    await expect(deep.updateOne({ b: 1 }, { $set: { c: nested(180, 1) } })).rejects.toMatchObject({
      code: 15,
      errmsg: 'Document exceeds maximum nesting depth of 180',
    })
  })

  it('#11 is a key that is both a position and a name', async () => {
    const places = opened.db.collection('places')
    await places.createIndex({ 'a.0': 1 })
    await places.insertMany([{ a: [1, 2] }, { a: { 0: 1 } }, { a: [{ 1: 1 }] }])
    await expect(places.insertOne({ a: [1, { 0: 1 }] })).rejects.toMatchObject({ code: 16746 })
  })

  it.each<[Document, string]>([
    [{ a: 1, $id: 1 }, 'Found $id field without a $ref before it, which is invalid.'],
    [{ a: 1, $ref: 'x' }, 'The DBRef $ref field must be followed by a $id field'],
    [{ a: 1, $ref: 1, $id: 1 }, 'The DBRef $ref field must be a String, not a int'],
    [{ a: 1, $db: 'x' }, 'Found $db field without a $id before it, which is invalid.'],
  ])('#11 is half a reference: %j', async (u, errmsg) => {
    const reply = await opened.db.command({ update: 'rows', updates: [{ q: { _id: 1 }, u }] })
    expect(reply).toMatchObject({ n: 0, writeErrors: [{ code: 55, errmsg }] })
  })
})

it('#11 explain counts what it reads of a collection that is not there', async () => {
  const { queryPlanner, executionStats } = await opened.db.collection('none').find().explain('executionStats')
  expect(queryPlanner).toMatchObject({ winningPlan: { stage: 'EOF' } })
  expect(executionStats).toMatchObject({ nReturned: 0, totalDocsExamined: 0, totalKeysExamined: 0 })
})

it.each<[Document, Document]>([
  [{ projection: { a: 1, _id: 0 } }, { stage: 'PROJECTION_SIMPLE', inputStage: { stage: 'COLLSCAN' } }],
  [{ projection: { 'a.b': 1 } }, { stage: 'PROJECTION_DEFAULT' }],
  [{ projection: { a: { $slice: 1 } } }, { stage: 'PROJECTION_DEFAULT' }],
  [
    { sort: { z: 1 }, limit: 2, skip: 1 },
    { stage: 'SKIP', skipAmount: 1, inputStage: { stage: 'SORT', limitAmount: 3 } },
  ],
  [{ limit: 2 }, { stage: 'LIMIT', limitAmount: 2 }],
])('#11 explain of a find with %j', async (options, plan) => {
  const { queryPlanner } = await opened.db.command({ explain: find(options) })
  expect(queryPlanner).toMatchObject({ winningPlan: plan })
})
