// Does what a scenario does on the store of a folder, and dies by its own hand at the n-th call to the file system, if told to.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { MongoClient } from 'mongodb'
import { scenarios, sweepOften } from './scenarios.js'

const [folder, name, at, when] = process.argv.slice(2)
let left = Infinity

for (const call of [
  'openSync',
  'writeSync',
  'fdatasync',
  'renameSync',
  'rmSync',
  'closeSync',
  'statfsSync',
]) {
  const real = fs[call]
  fs[call] = (...args) => {
    if (--left > 0) return real(...args)
    // A write may be cut anywhere.
    if (when === 'half' && call === 'writeSync' && Buffer.isBuffer(args[1]))
      real(args[0], args[1], args[2], args[3] >> 1, args[4])
    else if (when === 'after') real(...args)
    process.kill(process.pid, 'SIGKILL')
  }
}
syncBuiltinESMExports()
sweepOften()

const { openStore } = await import('../../../dist/mongo/index.js')
const store = await openStore({ folder })
const client = await MongoClient.connect(store.uri)
for (const db of ['one', 'two']) await client.db(db).dropDatabase()
const { prepare, act } = scenarios[name]
await prepare(client.db('one'))
left = Number(at) || Infinity
fs.writeFileSync(1, 'ready\n')
await act(client.db('one'), client)
fs.writeFileSync(1, 'done\n')
await client.close()
await store.close()
process.exit(0)
