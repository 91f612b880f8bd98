// What may be at work when a process is killed. `between` tells which states there may be besides none and all of it:
// a command on the catalog has no other.

const rows = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => ({
    _id: from + at,
    a: (from + at) % 7,
    tags: [`t${at % 3}`],
    text: 'x'.repeat((at * 37) % 300),
  }))
/** Expired documents are looked for each minute: here at once. */
export function sweepOften() {
  const set = globalThis.setInterval
  globalThis.setInterval = (work, ms, ...args) => set(work, ms === 60_000 ? 5 : ms, ...args)
}

const old = new Date(Date.now() - 3_600_000)
const ids = (documents) => documents.map(({ _id }) => _id)

/** Whether the documents are those of `before` and the first ones of what came to them in `after`. */
const isPrefix = (found, before, after) =>
  found.length >= before.length &&
  found.length <= after.length &&
  found.every((one, at) => JSON.stringify(one) === JSON.stringify(after[at]))

/** Whether each document is as before or as after. */
const isEither = (found, before, after) =>
  found.length === before.length &&
  found.every((one, at) =>
    [before[at], after[at]].some((other) => JSON.stringify(one) === JSON.stringify(other)),
  )

/** @typedef {import('mongodb').MongoClient} MongoClient */
export const scenarios = {
  'an index is built': {
    prepare: (db) => db.collection('rows').insertMany(rows(1100)),
    act: (db) => db.collection('rows').createIndexes([{ key: { a: 1, text: 1 } }, { key: { tags: 1 } }]),
    // Each index is whole or not there.
    between: (found, before) =>
      sameDocuments(found, before) &&
      found['one.rows'].indexes.every((name) => /^(_id_|a_1_text_1)$/.test(name)),
  },
  'an index is dropped': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(1200))
      await db.collection('rows').createIndex({ a: 1 })
    },
    act: (db) => db.collection('rows').dropIndex('a_1'),
  },
  'a collection is dropped': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(1200))
      await db.collection('other').insertMany(rows(3))
    },
    act: (db) => db.collection('rows').drop(),
  },
  'a database is dropped': {
    prepare: async (db) => {
      for (const name of ['rows', 'more', 'other']) await db.collection(name).insertMany(rows(400))
      await db.createCollection('seen', { viewOn: 'rows', pipeline: [] })
    },
    act: (db) => db.dropDatabase(),
  },
  'a collection is renamed over another': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(400))
      await db.collection('rows').createIndex({ a: 1 })
      await db.collection('other').insertMany(rows(1100, 10_000))
    },
    act: (db) => db.renameCollection('rows', 'other', { dropTarget: true }),
  },
  'a collection moves to another database': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(1200))
      await db.collection('rows').createIndex({ a: 1 })
    },
    act: (db, client) => client.db('admin').command({ renameCollection: 'one.rows', to: 'two.rows' }),
  },
  'a collection is replaced by $out': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(1200))
      await db.collection('copy').insertMany(rows(10, 10_000))
      await db.collection('copy').createIndex({ a: 1 })
    },
    act: (db) =>
      db
        .collection('rows')
        .aggregate([{ $match: { a: { $lt: 4 } } }, { $out: 'copy' }])
        .toArray(),
  },
  'a validator and an index change': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(50))
      await db.collection('rows').createIndex({ a: 1 })
    },
    act: (db) =>
      db.command({
        collMod: 'rows',
        index: { name: 'a_1', hidden: true },
        validator: { a: { $type: 'int' } },
        validationLevel: 'moderate',
      }),
  },
  'many documents are inserted': {
    prepare: (db) => db.collection('rows').createIndex({ a: 1, tags: 1 }),
    act: (db) => db.collection('rows').insertMany(rows(2200)),
    between: (found, before, after) => ofRows(isPrefix, found, before, after),
  },
  'many writes of all kinds are sent at once': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(400))
      await db.collection('rows').createIndex({ a: 1 }, { unique: false })
    },
    act: (db) =>
      db.collection('rows').bulkWrite(
        rows(400).flatMap(({ _id }) => [
          ...(_id % 3 === 0 ? [{ deleteOne: { filter: { _id } } }] : []),
          ...(_id % 3 === 1 ? [{ updateOne: { filter: { _id }, update: { $set: { a: -1 } } } }] : []),
          ...(_id % 3 === 2 ? [{ replaceOne: { filter: { _id }, replacement: { new: true } } }] : []),
        ]),
        { ordered: true },
      ),
    // One after another: behind the first that was not done none was.
    between: (found, before, after) => {
      if (!sameIndexes(found, after)) return false
      const [now, then, end] = [found, before, after].map(
        (look) => new Map(look['one.rows'].documents.map((one) => [one._id, JSON.stringify(one)])),
      )
      let done = true
      for (const [id, first] of then) {
        if (done && now.get(id) === end.get(id)) continue
        done = false
        if (now.get(id) !== first) return false
      }
      return true
    },
  },
  'every document is updated': {
    prepare: async (db) => {
      await db.collection('rows').insertMany(rows(1200))
      await db.collection('rows').createIndex({ a: 1 })
    },
    act: (db) => db.collection('rows').updateMany({}, { $inc: { a: 100 }, $push: { tags: 'more' } }),
    between: (found, before, after) => ofRows(isEither, found, before, after),
  },
  'a capped collection turns over': {
    prepare: async (db) => {
      await db.createCollection('rows', { capped: true, size: 60_000, max: 200 })
      await db.collection('rows').insertMany(rows(150))
    },
    act: (db) => db.collection('rows').insertMany(rows(900, 1000)),
    // The newest of what was inserted so far, without a gap.
    between: (found, before) => {
      const all = [...ids(before['one.rows'].documents), ...ids(rows(900, 1000))]
      const now = ids(found['one.rows'].documents)
      const start = all.indexOf(now[0])
      return now.length > 90 && now.length <= 200 && now.every((id, at) => id === all[start + at])
    },
  },
  'documents expire': {
    prepare: async (db) => {
      await db
        .collection('rows')
        .insertMany(rows(1100).map((row) => ({ ...row, ...(row.a < 5 ? { old } : {}) })))
    },
    act: async (db) => {
      await db.collection('rows').createIndex({ old: 1 }, { expireAfterSeconds: 60 })
      while ((await db.collection('rows').countDocuments({ a: { $lt: 5 } })) > 0);
    },
    between: (found, before, after) => {
      const now = new Set(ids(found['one.rows'].documents))
      return (
        now.size <= before['one.rows'].documents.length &&
        ids(after['one.rows'].documents).every((id) => now.has(id)) &&
        (now.size === before['one.rows'].documents.length || sameIndexes(found, after))
      )
    },
  },
  'megabytes move into the file': {
    prepare: (db) => db.collection('rows').createIndex({ a: 1 }),
    act: async (db) => {
      for (let at = 0; at < 70; at++)
        await db.collection('rows').insertOne({ _id: at, a: at % 7, text: String(at % 10).repeat(400_000) })
    },
    between: (found, before, after) => ofRows(isPrefix, found, before, after),
  },
}

function sameDocuments(found, before) {
  return JSON.stringify(found['one.rows'].documents) === JSON.stringify(before['one.rows'].documents)
}

function sameIndexes(found, after) {
  return JSON.stringify(found['one.rows'].indexes) === JSON.stringify(after['one.rows'].indexes)
}

function ofRows(test, found, before, after) {
  return (
    sameIndexes(found, after) &&
    test(found['one.rows'].documents, before['one.rows'].documents, after['one.rows'].documents)
  )
}
