import type { Collection } from '../../collection/collection.ts'
import { firstBatchSize, takeBatch } from '../../cursor/cursors.ts'
import type { Doc } from '../../bson/value.ts'
import type { Request } from '../command.ts'
import { cursorReply } from '../replies.ts'

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
export function openCursor(request: Request, source: Iterator<Uint8Array>, options: CursorOptions): Buffer {
  const { namespace, collection, tailable = false } = options
  const size = firstBatchSize(options.batchSize)
  const { documents, done, waiting } = takeBatch(source, size)
  if ((done && !tailable) || options.single) {
    if (!done) source.return?.()
    return cursorReply('firstBatch', documents, 0n, namespace, options.more)
  }
  // A full batch may well have been everything: looking one ahead saves the client a round trip for nothing.
  const ahead = waiting ?? (tailable || size === 0 ? undefined : next(source))
  if (!ahead && !tailable && size !== 0)
    return cursorReply('firstBatch', documents, 0n, namespace, options.more)
  request.deadline.pause()
  const cursor = request.store.cursors.add({
    namespace,
    source,
    session: request.session,
    collection,
    budget: request.deadline,
    tailable,
    awaitData: options.awaitData ?? false,
    timeout: options.timeout ?? true,
    waiting: ahead,
  })
  return cursorReply('firstBatch', documents, cursor.id, namespace, options.more)
}

function next(source: Iterator<Uint8Array>): Uint8Array | undefined {
  const step = source.next()
  return step.done ? undefined : step.value
}
