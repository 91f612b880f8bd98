import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { MongoClient } from 'mongodb'
import { decode, encode } from '../../src/mongo/bson/codec.ts'
import { toDoc } from '../../src/mongo/bson/plain.ts'
import { isDoc, type Doc } from '../../src/mongo/bson/value.ts'
import { frame } from '../../src/mongo/wire/frames.ts'
import { startChild, type Child } from '../mongo/children/child.ts'
import { fuzzedMessages, type FuzzedMessage } from './commands.ts'

const BATCH = 100
/** Longer than any command may take. */
const PATIENCE = 10_000
/** What no message but this one is answered with. */
const LAST = 77
const PING: Buffer = frame(0, 2013, LAST, [Buffer.alloc(5), encode(toDoc({ ping: 1, $db: 'admin' }))])

export interface StoreFuzzOptions {
  seed: number
  /** Rounds of up to 8 connections at once. */
  rounds: number
  /** Milliseconds after which no further round begins. */
  time?: number | undefined
  onBatch?: ((told: { rounds: number; messages: number }) => void) | undefined
}

/**
 * Sends a real process with a store all kinds of messages: each is answered, or its connection is closed, and no other;
 * the store fails at nothing, lives on, and its data are valid.
 * @returns how many messages were sent
 * @throws with the smallest attack that does harm, and what to type to see it again
 */
export async function fuzzStore({
  seed,
  rounds,
  time = Number.POSITIVE_INFINITY,
  onBatch,
}: StoreFuzzOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tao-fuzz-store-'))
  const until = performance.now() + time
  const child = startChild('own', folder)
  let messages = 0
  let client: MongoClient | undefined
  try {
    const uri = (await child.line()).split(' ')[1] as string
    const path = decodeURIComponent(uri.slice('mongodb://'.length, -1))
    client = await MongoClient.connect(uri)
    const watched = client
    for (let round = 0; round < rounds && performance.now() < until; round += BATCH) {
      const property = fc.asyncProperty(
        fc.array(fuzzedMessages, { minLength: 4, maxLength: 8 }),
        async (all) => {
          messages += all.reduce((sum, { length }) => sum + length, 0)
          const verdicts = await Promise.all(all.map((each) => attack(path, each)))
          assertAlive(child)
          const wrong = verdicts.find((verdict) => verdict !== undefined)
          if (wrong !== undefined) throw new Error(wrong)
          await watched.db('admin').command({ ping: 1 })
        },
      )
      const result = await fc.check(property, {
        seed: seed + round,
        numRuns: Math.min(BATCH, rounds - round),
        interruptAfterTimeLimit: Math.max(1, Math.min(until - performance.now(), 2 ** 31 - 1)),
      })
      if (result.failed && result.counterexample !== null) throw found(result, seed + round)
      await assertValid(watched)
      onBatch?.({ rounds: round + BATCH, messages })
    }
    return messages
  } finally {
    await client?.close()
    await child.kill()
    rmSync(folder, { recursive: true })
  }
}

function assertAlive({ process: { exitCode, signalCode } }: Child): void {
  if (exitCode !== null || signalCode !== null)
    throw new Error(`the store ended with ${exitCode ?? signalCode}`)
}

async function assertValid(client: MongoClient): Promise<void> {
  for (const { name } of (await client.db().admin().listDatabases()).databases) {
    const db = client.db(name)
    for (const { name: collection, type } of await db.listCollections().toArray()) {
      if (type === 'view' || collection === 'system.views') continue
      const { valid, errors } = await db.command({ validate: collection, full: true })
      if (valid !== true) throw new Error(`${name}.${collection} is not valid: ${JSON.stringify(errors)}`)
    }
  }
}

/** Sends messages over a connection of its own, and a ping behind them. @returns what is wrong, if anything is */
function attack(path: string, messages: readonly FuzzedMessage[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    let heard = Buffer.alloc(0)
    const mayClose = messages.some(({ isFramed }) => !isFramed)
    const finish = (wrong?: string): void => {
      clearTimeout(idle)
      clearTimeout(timer)
      socket.destroy()
      resolve(wrong)
    }
    const timer = setTimeout(() => finish('neither an answer nor an end'), PATIENCE)
    // One that says it is longer than it is takes the ping for its end, and waits for more.
    const idle = setTimeout(() => mayClose && socket.end(), 300)
    socket.on('data', (chunk) => {
      heard = Buffer.concat([heard, chunk])
      for (;;) {
        const size = heard.length < 4 ? 0 : heard.readInt32LE(0)
        if (size === 0 || heard.length < size) return
        const [answer, to] = [heard.subarray(0, size), heard.readInt32LE(8)]
        heard = heard.subarray(size)
        const wrong = judge(answer)
        if (wrong !== undefined || to === LAST) return finish(wrong)
      }
    })
    socket.on('error', () => undefined)
    socket.once('close', () => finish(mayClose ? undefined : 'a sound message ended the connection'))
    socket.once('connect', () => socket.write(Buffer.concat([...messages.map(({ bytes }) => bytes), PING])))
  })
}

function judge(answer: Buffer): string | undefined {
  if (answer.readInt32LE(12) !== 2013) return undefined
  let reply: Doc
  try {
    reply = decode(answer.subarray(21))
  } catch (error) {
    return `an answer that is no BSON: ${(error as Error).message}`
  }
  const errors = reply.get('writeErrors')
  const all = [reply, ...(Array.isArray(errors) ? errors.filter(isDoc) : [])]
  // The code of what was not foreseen.
  const failure = all.find((one) => one.get('code') === 1)
  return failure && `the store failed: ${JSON.stringify(failure.get('errmsg'))}`
}

function found({ counterexample, errorInstance }: fc.RunDetails<[FuzzedMessage[][]]>, seed: number): Error {
  const sent = counterexample![0].flat().map(({ bytes }) => {
    try {
      return JSON.stringify(decode(bytes.subarray(21)), (_, each: unknown) =>
        each instanceof Map ? Object.fromEntries(each) : typeof each === 'bigint' ? `${each}n` : each,
      )
    } catch {
      return bytes.toString('hex')
    }
  })
  const reason = errorInstance instanceof Error ? errorInstance.message : 'a failure'
  return new Error(`${reason}\nFound with --only store --seed ${seed}, after:\n${sent.join('\n')}`)
}
