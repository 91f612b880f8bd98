import { fail } from '../../bson/errors.ts'
import type { Doc } from '../../bson/value.ts'
import { asNumber } from '../../collection/collection.ts'
import type { Arguments } from '../arguments.ts'
import { checkNested, type Fields } from '../check-arguments.ts'
import type { Command, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { reply } from '../replies.ts'
import { findCollection } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { whenDone } from '../../turn/drain.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { checkBatch } from './batch.ts'
import { deleteDocuments } from './delete-documents.ts'
import { inTurn } from './in-turn.ts'

const STATEMENT: Fields = {
  q: 'object!',
  limit: 'number!',
  collation: 'object',
  hint: 'any',
  sampleId: 'any',
}
export const remove: Command = {
  name: 'delete',
  stable: true,
  fields: { deletes: 'array!', ordered: 'bool', let: 'object', bypassDocumentValidation: 'bool' },
  run(request, args) {
    // One that is not well-formed fails the command before any of them runs.
    const statements = args.documents('deletes').map(readStatement)
    checkBatch(statements.length)
    let removed = 0
    const done = inTurn(
      statements,
      args.bool('ordered', true),
      (statement) => runStatement(request, args.collection, statement),
      (count) => {
        removed += count
      },
    )
    return whenDone(done, (errors) => {
      request.store.data.commit()
      return acknowledge(
        request,
        reply({ n: removed, ...(errors.length > 0 ? { writeErrors: errors } : {}) }),
      )
    })
  },
}

export function readStatement(statement: Doc): Arguments {
  const args = checkNested('delete.deletes', statement, STATEMENT)
  const limit = asNumber(args.value('limit'))
  if (limit !== 0 && limit !== 1) fail(9, `The limit field in delete objects must be 0 or 1. Got ${limit}`)
  return args
}

function runStatement(request: Request, name: string, args: Arguments): number | Promise<number> {
  const collection = findCollection(request.store, request.db, name)
  const context = evalContext(request, collection, args.value('collation'))
  const filter = args.doc('q') as Doc
  if (!collection) {
    compileFilter(filter, context)
    return 0
  }
  return deleteDocuments(
    collection,
    { filter, multi: args.number('limit') === 0, hint: args.hint() },
    context,
    request.turn,
  )
}
