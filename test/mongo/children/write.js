// Writes documents one after another, each acknowledged before the next, and tells which: it will be killed meanwhile.
import { writeSync } from 'node:fs'
import { MongoClient } from 'mongodb'
import { openStore } from '../../../dist/mongo/index.js'

const [folder, first] = process.argv.slice(2)
const store = await openStore({ folder })
const client = await MongoClient.connect(store.uri)
const notes = client.db('test').collection('notes')
await notes.createIndex({ n: 1 })
await notes.createIndex({ tags: 1, n: -1 })
for (let n = Number(first); ; n++) {
  await notes.insertOne({ _id: n, n, tags: [`t${n % 5}`, 'all'], text: 'x'.repeat(n % 700) })
  if (n % 3 === 0) await notes.updateOne({ _id: n }, { $set: { seen: true }, $push: { tags: 'three' } })
  if (n % 7 === 0) await notes.deleteOne({ _id: n - 7 })
  if (n % 50 === 0)
    await notes.insertMany(Array.from({ length: 20 }, (_, at) => ({ _id: `${n}-${at}`, n: -n, tags: [] })))
  writeSync(1, `${n}\n`)
}
