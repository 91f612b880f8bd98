import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Long, serialize } from 'bson'
import { MongoClient } from 'mongodb'
import { openStore } from '../../src/mongo/index.ts'
import { socketUri } from '../../src/mongo/owner/socket-path.ts'

/*
 * The aims of the embedded store, as ratios within one run: digits depend on the machine, ratios hardly.
 * Run it with `node --expose-gc --import ./test/bench/typescript.js test/bench/mongo.ts [documents]`.
 */

const MILLION = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = 400
const WARM_UP = 100
const CALLS = 60
const HELLO = {
  ismaster: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 25,
  readOnly: false,
  ok: 1,
}

const OP_MSG = 2013

/** A server as short as can be: it knows a command by four letters and answers with the same bytes each time. */
async function stub(folder: string): Promise<{ uri: string; close(): void }> {
  const hello = serialize(HELLO)
  const found = serialize({
    cursor: { firstBatch: [{ _id: 7, n: 7, text: 'x'.repeat(200) }], id: Long.ZERO, ns: 'b.c' },
    ok: 1,
  })
  const written = serialize({ n: 1, ok: 1 })
  const path = join(folder, 'stub.sock')
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      // A client that waits for each answer sends whole messages, one at a time.
      const isMessage = chunk.readInt32LE(12) === OP_MSG
      const name = isMessage ? chunk.toString('latin1', 26, 30) : 'hello'
      const body = name === 'find' ? found : name === 'inse' ? written : hello
      const head = isMessage ? 21 : 36
      const reply = Buffer.alloc(head + body.length)
      reply.writeInt32LE(reply.length, 0)
      reply.writeInt32LE(chunk.readInt32LE(4), 8)
      reply.writeInt32LE(isMessage ? OP_MSG : 1, 12)
      if (!isMessage) reply.writeInt32LE(1, 32)
      reply.set(body, head)
      socket.write(reply)
    })
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return { uri: socketUri(path), close: () => server.close() }
}

/**
 * What a call takes beside another, which is made in turn with it so that what else the machine does falls on both: the
 * median of rounds, of which the first only warm up.
 */
async function ratio(call: (at: number) => Promise<unknown>, base: () => Promise<unknown>): Promise<number> {
  const ratios: number[] = []
  let at = 0
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    for (let i = 0; i < CALLS; i++) await base()
    const middle = performance.now()
    for (let i = 0; i < CALLS; i++) await call(at++)
    ratios.push((performance.now() - middle) / (middle - start))
  }
  return median(ratios.slice(WARM_UP))
}

/** The median of rounds, in microseconds a call. */
async function time(calls: number, call: (at: number) => Promise<unknown>): Promise<number> {
  const rounds: number[] = []
  let at = 0
  for (let round = 0; round < 7; round++) {
    const start = performance.now()
    for (let i = 0; i < calls; i++) await call(at++)
    rounds.push(((performance.now() - start) * 1000) / calls)
  }
  return median(rounds)
}

/** A process of its own: here the memory of those who wrote is still about. */
async function openElsewhere(path: string): Promise<{ opening: number; bytes: number }> {
  const child = fork(join(import.meta.dirname, 'mongo-open.ts'), [path])
  const [answer] = (await once(child, 'message')) as [{ opening: number; bytes: number }]
  await once(child, 'exit')
  return answer
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number
}

function report(name: string, value: string, aim: string, met: boolean): void {
  process.stdout.write(`${met ? 'ok  ' : 'MISS'} ${name.padEnd(52)} ${value.padStart(12)}   aim ${aim}\n`)
}

const folder = await mkdtemp(join(tmpdir(), 'tao-bench-'))
try {
  const nothing = await stub(folder)
  const store = await openStore({ folder: join(folder, 'data') })
  const [bare, real] = [await MongoClient.connect(nothing.uri), await MongoClient.connect(store.uri)]
  const [stubRows, rows] = [
    bare.db('b').collection<{ _id: number }>('c'),
    real.db('b').collection<{ _id: number; n: number; text: string }>('c'),
  ]
  const row = (n: number): { _id: number; n: number; text: string } => ({ _id: n, n, text: 'x'.repeat(200) })
  await rows.insertMany(Array.from({ length: 1000 }, (_, n) => row(n)))
  let next = 10_000_000
  const find = await ratio(
    (at) => rows.findOne({ _id: at % 1000 }),
    () => stubRows.findOne({ _id: 7 }),
  )
  const insert = await ratio(
    () => rows.insertOne(row(next++)),
    () => stubRows.insertOne({ ...row(next++) }),
  )
  report('findOne by _id, against a server that does nothing', `${find.toFixed(2)} x`, '1.3 x', find <= 1.3)
  report('insertOne, against a server that does nothing', `${insert.toFixed(2)} x`, '1.3 x', insert <= 1.3)

  const many = real.db('b').collection<{ _id: number; n: number; m: number; text: string }>('many')
  for (let n = 0; n < 100_000; n += 10_000) {
    await many.insertMany(Array.from({ length: 10_000 }, (_, at) => ({ ...row(n + at), m: n + at })))
  }
  const scan = await time(1, (at) => many.find({ m: 500 + at }).toArray())
  await many.createIndex({ n: 1 })
  const indexed = await time(50, (at) => many.find({ n: at * 13 }).toArray())
  report(
    'indexed find in 100k documents, against its scan',
    `${(scan / indexed).toFixed(0)} x`,
    '100 x',
    scan / indexed >= 100,
  )
  const ids = Array.from({ length: 100 }, (_, at) => at * 997)
  const within = await time(10, () => many.find({ _id: { $in: ids } }).toArray())
  report('$in of 100 ids over 100k documents', `${(within / 1000).toFixed(2)} ms`, '5 ms', within < 5000)

  const big = real.db('b').collection<{ _id: number; n: number; text: string }>('big')
  for (let n = 0; n < MILLION; n += 10_000) {
    await big.insertMany(Array.from({ length: 10_000 }, (_, at) => row(n + at)))
  }
  await bare.close()
  await real.close()
  nothing.close()
  await store.close()
  const { opening, bytes } = await openElsewhere(join(folder, 'data'))
  report(`opening ${MILLION} documents`, `${opening.toFixed(0)} ms`, '300 ms', opening < 300)
  report(
    'heap and buffers once all of them were read',
    `${(bytes / 1048576).toFixed(0)} MB`,
    '200 MB',
    bytes < 200 * 1048576,
  )
} finally {
  await rm(folder, { recursive: true })
}
