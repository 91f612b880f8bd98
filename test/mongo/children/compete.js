// One of several processes on a store: writes numbers of its own, each until it is acknowledged, through whoever owns it.
import { appendFileSync, writeSync } from 'node:fs'
import { MongoClient, MongoNetworkError, MongoServerSelectionError } from 'mongodb'
import { openStore } from '../../../dist/mongo/index.js'

const [folder, name, record] = process.argv.slice(2)
const store = await openStore({ folder })
const client = await MongoClient.connect(store.uri, { serverSelectionTimeoutMS: 30_000 })
const rows = client.db('test').collection('rows')
let owns = false
for (let n = 0; ; n++) {
  for (;;) {
    if (store.owner !== owns) {
      owns = store.owner
      appendFileSync(record, `${process.pid} owns\n`)
    }
    try {
      await rows.insertOne({ _id: `${name} ${n}` })
      break
    } catch (error) {
      // It may have been written before its answer was lost.
      if (error.code === 11000) break
      if (!(error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)) {
        writeSync(1, `failed ${error.name} ${error.message}\n`)
        process.exit(1)
      }
    }
  }
  writeSync(1, `${n}\n`)
}
