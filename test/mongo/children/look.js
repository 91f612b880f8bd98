// Opens one store after another, as their folders come on stdin, and says of each what it found or why it would not.
import { createInterface } from 'node:readline'
import { MongoClient } from 'mongodb'
import { openStore } from '../../../dist/mongo/index.js'

for await (const folder of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await look(folder))}\n`)
}

async function look(folder) {
  let store
  let client
  try {
    store = await openStore({ folder })
    client = await MongoClient.connect(store.uri)
    const notes = client.db('test').collection('notes')
    const documents = await attempt(() => notes.find().sort({ _id: 1 }).toArray())
    const indexed = await attempt(() =>
      notes
        .find({ n: { $gte: 0 } })
        .hint({ n: 1 })
        .toArray(),
    )
    const check = await attempt(() => client.db('test').command({ validate: 'notes', full: true }))
    return { warnings: store.warnings, documents, indexed, check }
  } catch (error) {
    return { refused: { code: error.code, message: error.message, hint: error.hint } }
  } finally {
    await client?.close()
    await store?.close().catch(() => undefined)
  }
}

async function attempt(work) {
  try {
    return await work()
  } catch (error) {
    return { code: error.code, message: error.message }
  }
}
