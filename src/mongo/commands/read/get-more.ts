import { addContext, fail } from '../../bson/errors.ts'
import { takeBatch, type Batch, type Cursor } from '../../cursor/cursors.ts'
import { whenDone } from '../../turn/drain.ts'
import type { Command, Request } from '../command.ts'
import { cursorReply } from '../replies.ts'
import { wrongType } from '../wrong-type.ts'

const AWAIT_MS = 1000
const POLL_MS = 10

export const getMore: Command = {
  name: 'getMore',
  aliases: ['getmore'],
  stable: true,
  endsWithClient: true,
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
    if (typeof target !== 'bigint') {
      return wrongType('getMore.getMore', target, "type 'long'")
    }
    const cursor = cursors.get(target)
    const namespace = `${request.db}.${args.string('collection')}`
    if (cursor.namespace !== namespace) {
      fail(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      )
    }
    if (args.has('maxTimeMS') && !cursor.awaitData) {
      fail(2, 'cannot set maxTimeMS on getMore command for a non-awaitData cursor')
    }
    const size = args.natural('batchSize') || Infinity
    const answer = (): Answer | Promise<Answer> => nextBatch(request, cursor, size)
    const until = Date.now() + (args.number('maxTimeMS') ?? AWAIT_MS)
    return whenDone(answer(), (first) => first ?? waitForData(answer, cursor, until))
  },
}

/** Undefined when a tailing cursor that awaits data has none yet. */
type Answer = Buffer | undefined

function nextBatch(request: Request, cursor: Cursor, size: number): Answer | Promise<Answer> {
  const { cursors } = request.store
  const { id, namespace, turn } = cursor
  const failed = (error: unknown): never => {
    cursor.busy = false
    cursors.remove(id)
    throw addContext(error, 'Executor error during getMore')
  }
  const reply = ({ documents, done, waiting }: Batch): Answer => {
    cursor.busy = false
    turn.pause()
    cursor.waiting = waiting
    if (cursor.tailable) {
      if (documents.length === 0 && cursor.awaitData) return undefined
      return cursorReply('nextBatch', documents, id, namespace)
    }
    if (done) cursors.remove(id)
    return cursorReply('nextBatch', documents, done ? 0n : id, namespace)
  }
  turn.restart(request.turn)
  cursor.busy = true
  try {
    const batch = takeBatch(cursor, size)
    return batch instanceof Promise ? batch.then(reply).catch(failed) : reply(batch)
  } catch (error) {
    return failed(error)
  }
}

async function waitForData(
  answer: () => Answer | Promise<Answer>,
  cursor: Cursor,
  until: number,
): Promise<Buffer> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    if (cursor.collection?.dropped) return cursorReply('nextBatch', [], 0n, cursor.namespace)
    const found = await answer()
    if (found) return found
    if (Date.now() >= until) return cursorReply('nextBatch', [], cursor.id, cursor.namespace)
  }
}
