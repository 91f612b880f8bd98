import type { Collection } from '../../collection/collection.ts'
import { firstBatchSize, takeBatch, type Batch, type BatchSource } from '../../cursor/cursors.ts'
import type { Doc } from '../../bson/value.ts'
import { whenDone } from '../../turn/drain.ts'
import type { Pause } from '../../turn/pause.ts'
import type { Request } from '../command.ts'
import { inContext } from '../in-context.ts'
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
  /** Whether a full batch is followed by a look for more: not where that would read on. */
  readonly looksAhead?: boolean
  /** After how many documents there are none. */
  readonly limit?: number
  readonly more?: Doc | undefined
  /** What an error while reading says was being done. */
  readonly context?: string
}

/** Takes the first batch of a source and keeps the rest for getMore. */
export function openCursor(
  request: Request,
  source: Iterator<Uint8Array | Pause>,
  options: CursorOptions,
): Buffer | Promise<Buffer> {
  const { looksAhead = true, limit = Infinity } = options
  const opened: BatchSource = { source, turn: request.turn, looksAhead, left: limit, waiting: undefined }
  const read = (): Batch | Promise<Batch> => takeBatch(opened, firstBatchSize(options.batchSize))
  const first = options.context === undefined ? read() : inContext(options.context, read)
  return whenDone(first, (batch) => keepOpen(request, opened, options, batch))
}

function keepOpen(
  request: Request,
  opened: BatchSource,
  options: CursorOptions,
  { documents, done, waiting }: Batch,
): Buffer {
  const { namespace, collection, tailable = false } = options
  if ((done && !tailable) || options.single) {
    opened.source.return?.()
    return cursorReply('firstBatch', documents, 0n, namespace, options.more)
  }
  request.turn.pause()
  const cursor = request.store.cursors.add({
    ...opened,
    namespace,
    session: sessionOf(request.body),
    collection,
    tailable,
    awaitData: options.awaitData ?? false,
    timeout: options.timeout ?? true,
    waiting,
  })
  return cursorReply('firstBatch', documents, cursor.id, namespace, options.more)
}
