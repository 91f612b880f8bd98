import type { AbstractCursor } from 'mongodb'
import type { Call } from './call.ts'

export const cursorOperations: Readonly<Record<string, Call<AbstractCursor>>> = {
  iterateUntilDocumentOrError: (target) => target.next(),
  iterateOnce: (target) => target.tryNext(),
  close: (target) => target.close(),
}
