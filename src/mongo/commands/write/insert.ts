import { fail, MongoError } from '../../bson/errors.ts'
import type { Doc } from '../../bson/value.ts'
import type { Command, Reply } from '../command.ts'
import { countReply, reply, writeError } from '../replies.ts'
import { findOrCreate } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { checkBatch, pace } from './batch.ts'
import { insertDocument, insertPlain } from './insert-documents.ts'

export const insert: Command = {
  name: 'insert',
  stable: true,
  fields: { documents: 'array!', ordered: 'bool', bypassDocumentValidation: 'bool' },
  run(request, args) {
    const { bytes, docs } = args.raw()
    const count = checkBatch(bytes.length)
    const collection = findOrCreate(request.store, request.db, args.collection)
    const options = { now: request.now, bypass: args.bool('bypassDocumentValidation') }
    const ordered = args.bool('ordered', true)
    const errors: Doc[] = []
    let inserted = 0

    const one = (at: number): boolean => {
      try {
        const raw = bytes[at] as Buffer
        if (docs) insertDocument(collection, docs[at] as Doc, raw, options)
        else insertPlain(collection, raw, options)
        inserted++
        return true
      } catch (error) {
        if (!(error instanceof MongoError)) throw error
        errors.push(writeError(at, error))
        return !ordered
      }
    }
    const finish = (): Reply | Promise<Reply> => {
      if (collection.dropped) fail(26, `collection dropped: ${collection.namespace}`)
      return acknowledge(
        request,
        errors.length > 0 ? reply({ n: inserted, writeErrors: errors }) : countReply(inserted),
      )
    }
    const done = pace(request.store.data, count, one)
    return done ? done.then(finish) : finish()
  },
}
