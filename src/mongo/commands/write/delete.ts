import { fail, MongoError } from '../../bson/errors.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { Arguments, type Fields } from '../arguments.ts'
import type { Command, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { reply, writeError } from '../replies.ts'
import { findCollection } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { checkBatch } from './batch.ts'
import { deleteDocuments } from './delete-documents.ts'

const STATEMENT: Fields = {
  q: 'object!',
  limit: 'number!',
  collation: 'object',
  hint: 'any',
  sampleId: 'any',
}
const NO_SEQUENCES: ReadonlyMap<string, Buffer[]> = new Map()

export const remove: Command = {
  name: 'delete',
  stable: true,
  fields: { deletes: 'array!', ordered: 'bool', let: 'object', bypassDocumentValidation: 'bool' },
  async run(request, args) {
    const statements = args.documents('deletes')
    checkBatch(statements.length)
    const ordered = args.bool('ordered', true)
    const errors: Doc[] = []
    let removed = 0
    for (const [index, statement] of statements.entries()) {
      try {
        const outcome = runStatement(request, args.collection, statement)
        removed += outcome instanceof Promise ? await outcome : outcome
      } catch (error) {
        if (!(error instanceof MongoError) || error.code === 14031 || error.code === 166) throw error
        errors.push(writeError(index, error))
        if (ordered) break
      }
    }
    request.store.data.commit()
    return acknowledge(request, reply({ n: removed, ...(errors.length > 0 ? { writeErrors: errors } : {}) }))
  },
}

function runStatement(request: Request, name: string, statement: Doc): number | Promise<number> {
  const args = new Arguments(
    'delete.deletes',
    new Map<string, Value>([['', null], ...statement]),
    NO_SEQUENCES,
    STATEMENT,
  )
  const limit = args.number('limit') ?? 0
  if (limit !== 0 && limit !== 1) {
    fail(9, `The limit field in delete objects must be 0 or 1. Got ${limit}`)
  }
  const collection = findCollection(request.store, request.db, name)
  const context = evalContext(request, collection, args.value('collation'))
  const filter = args.doc('q') as Doc
  if (!collection) {
    compileFilter(filter, context)
    return 0
  }
  return deleteDocuments(collection, { filter, multi: limit === 0, hint: args.hint() }, context, request.turn)
}
