import { toDoc } from '../../src/mongo/bson/plain.ts'
import type { Doc } from '../../src/mongo/bson/value.ts'

const pipeline = [
  {
    $match: {
      a: { $gte: 1, $lt: 5 },
      'b.c': { $in: [1, 'x', null] },
      $or: [{ d: { $exists: true } }, { e: /x/i }],
    },
  },
  {
    $set: {
      f: { $add: ['$a', 1] },
      g: { $dateTrunc: { date: '$when', unit: 'day', timezone: 'Europe/Berlin' } },
    },
  },
  { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' } },
  {
    $group: {
      _id: { x: '$a' },
      n: { $sum: 1 },
      all: { $push: '$b' },
      top: { $top: { output: '$a', sortBy: { a: -1 } } },
    },
  },
  { $sort: { n: -1, _id: 1 } },
  { $skip: 1 },
  { $limit: 10 },
]
const lookups = [
  {
    $lookup: {
      from: 'rows',
      localField: 'a',
      foreignField: 'b',
      let: { v: '$a' },
      pipeline: [{ $match: { $expr: { $eq: ['$a', '$$v'] } } }],
      as: 'found',
    },
  },
  {
    $graphLookup: {
      from: 'rows',
      startWith: '$a',
      connectFromField: 'a',
      connectToField: 'b',
      as: 'graph',
      maxDepth: 2,
    },
  },
  {
    $setWindowFields: {
      partitionBy: '$a',
      sortBy: { b: 1 },
      output: { s: { $sum: '$a', window: { documents: [-1, 'current'] } }, r: { $rank: {} } },
    },
  },
  { $bucket: { groupBy: '$a', boundaries: [0, 3, 9], default: 'other', output: { n: { $sum: 1 } } } },
  { $facet: { one: [{ $count: 'n' }], two: [{ $sample: { size: 2 } }] } },
  {
    $replaceWith: {
      $mergeObjects: ['$$ROOT', { k: { $map: { input: '$tags', as: 't', in: { $toUpper: '$$t' } } } }],
    },
  },
  {
    $project: {
      s: { $substrCP: ['$text', 0, 2] },
      c: { $convert: { input: '$a', to: 'string', onError: 'x' } },
      w: { $cond: [{ $gt: ['$a', 1] }, 1, 2] },
    },
  },
  { $densify: { field: 'a', range: { step: 1, bounds: [0, 5] } } },
  { $fill: { sortBy: { a: 1 }, output: { b: { method: 'linear' } } } },
  { $merge: { into: 'merged', on: '_id', whenMatched: 'merge', whenNotMatched: 'insert' } },
  { $unionWith: { coll: 'rows', pipeline: [{ $sortByCount: '$a' }] } },
  { $redact: { $cond: [{ $eq: ['$a', 1] }, '$$PRUNE', '$$DESCEND'] } },
]
const row = { _id: 1, a: 1, b: { c: [1, 2] }, tags: ['x', 'y'], text: 'some', when: new Date(0), d: null }

/** What drivers send, of every family; each is changed before it is sent. */
export const templates: readonly Doc[] = [
  {
    insert: 'rows',
    documents: [row, { ...row, _id: 2, a: 7 }],
    ordered: false,
    writeConcern: { w: 1, j: false },
  },
  {
    find: 'rows',
    filter: { a: { $in: [1, 2] }, 'b.c': { $elemMatch: { $gt: 0 } } },
    sort: { a: -1 },
    projection: { tags: { $slice: 1 }, b: 1 },
    skip: 0,
    limit: 3,
    batchSize: 1,
    collation: { locale: 'fr', strength: 2 },
  },
  {
    find: 'rows',
    filter: {
      tags: { $all: ['x'], $size: 2 },
      $nor: [{ a: { $mod: [2, 0] } }, { text: { $regex: '^s', $options: 'i' } }],
      $expr: { $gt: ['$a', 0] },
    },
    hint: { a: 1 },
    min: { a: 0 },
    max: { a: 9 },
  },
  {
    update: 'rows',
    updates: [
      {
        q: { a: 1 },
        u: {
          $set: { 'b.c.$[e]': 5 },
          $inc: { n: 1 },
          $push: { tags: { $each: ['z'], $slice: -3, $sort: 1 } },
          $unset: { d: '' },
          $min: { m: 1 },
          $mul: { p: 2 },
          $rename: { q: 'r' },
          $currentDate: { t: { $type: 'timestamp' } },
          $bit: { bits: { or: 4 } },
        },
        arrayFilters: [{ e: { $gte: 1 } }],
        upsert: true,
        multi: false,
      },
    ],
  },
  {
    update: 'rows',
    updates: [
      {
        q: { a: { $gt: 0 } },
        u: [{ $set: { v: { $concat: ['$text', '!'] } } }, { $unset: 'd' }],
        multi: true,
      },
    ],
  },
  {
    update: 'rows',
    updates: [
      {
        q: { tags: 'x' },
        u: {
          $pull: { tags: { $in: ['x'] } },
          $addToSet: { set: { $each: [1, 2] } },
          $setOnInsert: { z: 1 },
          $pop: { list: 1 },
        },
        upsert: true,
      },
    ],
  },
  { delete: 'rows', deletes: [{ q: { a: 7 }, limit: 1, hint: { _id: 1 } }] },
  {
    findAndModify: 'rows',
    query: { a: 1 },
    sort: { _id: 1 },
    update: { $inc: { n: 1 } },
    new: true,
    fields: { a: 1 },
  },
  { aggregate: 'rows', pipeline, cursor: { batchSize: 2 }, allowDiskUse: true, let: { v: 1 } },
  ...lookups.map((stage) => ({ aggregate: 'rows', pipeline: [stage], cursor: {} })),
  { count: 'rows', query: { a: { $type: ['int', 'string'] } }, limit: 5 },
  { distinct: 'rows', key: 'b.c', query: { a: { $exists: true } } },
  {
    createIndexes: 'rows',
    indexes: [
      {
        key: { a: 1, 'b.c': -1 },
        name: 'ab',
        unique: false,
        partialFilterExpression: { a: { $gt: 0 } },
        collation: { locale: 'en', strength: 1 },
      },
    ],
  },
  { dropIndexes: 'rows', index: 'ab' },
  { listIndexes: 'rows', cursor: { batchSize: 1 } },
  { listCollections: 1, filter: { name: /r/ }, nameOnly: true },
  {
    create: 'made',
    capped: true,
    size: 4096,
    max: 3,
    validator: { $jsonSchema: { required: ['a'], properties: { a: { bsonType: 'int', minimum: 1 } } } },
  },
  { create: 'seen', viewOn: 'rows', pipeline: [{ $match: { a: 1 } }] },
  { find: 'seen', filter: { a: 1 } },
  { collMod: 'rows', index: { name: 'ab', hidden: true }, validationLevel: 'moderate' },
  { renameCollection: 'fuzz.made', to: 'fuzz.renamed', dropTarget: true },
  { drop: 'made' },
  { explain: { find: 'rows', filter: { a: 1 }, sort: { b: 1 } }, verbosity: 'executionStats' },
  {
    bulkWrite: 1,
    ops: [
      { insert: 0, document: { a: 1 } },
      { update: 0, filter: { a: 1 }, updateMods: { $set: { x: 1 } }, multi: true },
      { delete: 0, filter: { a: 1 } },
    ],
    nsInfo: [{ ns: 'fuzz.rows' }],
    ordered: true,
  },
  { getMore: 1n, collection: 'rows', batchSize: 2 },
  { killCursors: 'rows', cursors: [1n] },
  { hello: 1, client: { application: { name: 'x' } } },
  { serverStatus: 1 },
  { collStats: 'rows', scale: 2 },
  { dbStats: 1 },
  { currentOp: 1 },
  { endSessions: [{ id: 1 }] },
].map((each) => {
  const admin = 'renameCollection' in each || 'bulkWrite' in each || 'currentOp' in each
  // Whatever becomes of it, no work is to take long.
  return toDoc({ ...each, $db: admin ? 'admin' : 'fuzz', maxTimeMS: 1000 })
})
