import { fail } from '../../bson/errors.ts'
import { takeBatch, type Cursor } from '../../cursor/cursors.ts'
import type { Command } from '../command.ts'
import { asNumber } from '../../collection/collection.ts'
import { cursorReply } from '../replies.ts'

const AWAIT_MS = 1000
const POLL_MS = 10

export const getMore: Command = {
  name: 'getMore',
  aliases: ['getmore'],
  stable: true,
  fields: {
    collection: 'string!',
    batchSize: 'number',
    maxTimeMS: 'number',
    term: 'any',
    lastKnownCommittedOpTime: 'any',
  },
  run(request, args) {
    const { cursors } = request.store
    const { target } = args
    const number = typeof target === 'bigint' ? target : asNumber(target)
    if (number === undefined) fail(14, "BSON field 'getMore.getMore' is the wrong type, expected type 'long'")
    const id = BigInt(number)
    const cursor = cursors.get(id)
    const namespace = `${request.db}.${args.string('collection')}`
    if (cursor.namespace !== namespace) {
      fail(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      )
    }
    const size = args.natural('batchSize') || Infinity
    const answer = (): Buffer | undefined => nextBatch(request.store.cursors, cursor, size)
    const first = answer()
    if (first) return first
    return waitForData(answer, cursor, args.number('maxTimeMS') ?? AWAIT_MS)
  },
}

/** The next batch; undefined when a tailing cursor that awaits data has none yet. */
function nextBatch(
  cursors: { remove(id: bigint): boolean },
  cursor: Cursor,
  size: number,
): Buffer | undefined {
  cursor.budget?.restart()
  try {
    const { documents, done, waiting } = takeBatch(cursor.source, size, cursor.waiting)
    cursor.waiting = waiting
    if (cursor.tailable) {
      if (documents.length === 0 && cursor.awaitData) return undefined
      return cursorReply('nextBatch', documents, cursor.id, cursor.namespace)
    }
    const ahead = done || waiting ? undefined : cursor.source.next()
    if (ahead && !ahead.done) cursor.waiting = ahead.value
    const over = done || ahead?.done === true
    if (over) cursors.remove(cursor.id)
    return cursorReply('nextBatch', documents, over ? 0n : cursor.id, cursor.namespace)
  } catch (error) {
    cursors.remove(cursor.id)
    throw error
  } finally {
    cursor.budget?.pause()
  }
}

async function waitForData(
  answer: () => Buffer | undefined,
  cursor: Cursor,
  milliseconds: number,
): Promise<Buffer> {
  const until = Date.now() + milliseconds
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    if (cursor.collection?.dropped) return cursorReply('nextBatch', [], 0n, cursor.namespace)
    const found = answer()
    if (found) return found
    if (Date.now() >= until) return cursorReply('nextBatch', [], cursor.id, cursor.namespace)
  }
}
