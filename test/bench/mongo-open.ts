import { MongoClient } from 'mongodb'
import { openStore } from '../../src/mongo/index.ts'

/* Opens the store of a folder, reads every document of it and tells its parent how long the one took and what memory the other left. */

// What opening does is loaded before: here it is TypeScript, which no user's process compiles.
await (await openStore({ memory: true })).close()
const start = performance.now()
const store = await openStore({ folder: process.argv[2] as string })
const opening = performance.now() - start
const client = await MongoClient.connect(store.uri)
const big = client.db('b').collection('big')
const seen = await big.countDocuments({ text: { $ne: '' } })
if (seen !== (await big.estimatedDocumentCount())) throw new Error(`${seen} documents were read`)
// What buffers held is given back some time after the heap is swept.
for (let round = 0; round < 3; round++) {
  globalThis.gc?.()
  await new Promise((resolve) => setTimeout(resolve, 100))
}
const { heapUsed, external } = process.memoryUsage()
await client.close()
await store.close()
process.send?.({ opening, bytes: heapUsed + external })
process.disconnect()
