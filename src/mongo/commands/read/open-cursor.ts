import type { Collection } from '../../collection/collection.ts'
import { firstBatchSize, takeBatch, type Batch } from '../../cursor/cursors.ts'
import type { Doc } from '../../bson/value.ts'
import { whenDone } from '../../turn/drain.ts'
import type { Pause } from '../../turn/pause.ts'
import type { Request } from '../command.ts'
import { cursorReply } from '../replies.ts'
import { sessionOf } from '../session-of.ts'

export interface CursorOptions {
  readonly namespace: string
  readonly collection: Collection | undefined
  readonly batchSize: number | undefined
  /** Everything the client wants is in the first batch. */
  readonly single?: boolean
  readonly tailable?: boolean
  readonly awaitData?: boolean
  readonly timeout?: boolean
  readonly more?: Doc | undefined
}

/** Takes the first batch of a source and keeps the rest for getMore. */
export function openCursor(
  request: Request,
  source: Iterator<Uint8Array | Pause>,
  options: CursorOptions,
): Buffer | Promise<Buffer> {
  const { tailable = false } = options
  const { turn } = request
  const size = firstBatchSize(options.batchSize)
  const first = takeBatch({ source, turn, tailable, waiting: undefined }, size)
  return whenDone(first, (batch) => keepOpen(request, source, options, batch))
}

function keepOpen(
  request: Request,
  source: Iterator<Uint8Array | Pause>,
  options: CursorOptions,
  { documents, done, waiting }: Batch,
): Buffer {
  const { namespace, collection, tailable = false } = options
  if ((done && !tailable) || options.single) {
    if (!done) source.return?.()
    return cursorReply('firstBatch', documents, 0n, namespace, options.more)
  }
  request.turn.pause()
  const cursor = request.store.cursors.add({
    namespace,
    source,
    session: sessionOf(request.body),
    collection,
    turn: request.turn,
    tailable,
    awaitData: options.awaitData ?? false,
    timeout: options.timeout ?? true,
    waiting,
  })
  return cursorReply('firstBatch', documents, cursor.id, namespace, options.more)
}
