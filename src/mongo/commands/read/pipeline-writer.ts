import type { PipelineWriter } from '../../aggregate/types.ts'
import { fail } from '../../bson/errors.ts'
import { ObjectId, type Doc } from '../../bson/value.ts'
import { checkCreatable } from '../../catalog/namespace.ts'
import { drain } from '../../turn/drain.ts'
import type { Paced } from '../../turn/pause.ts'
import type { Request } from '../command.ts'
import { findOrCreate, isView } from '../targets.ts'
import { isTruthy } from '../arguments.ts'
import { insertDocument } from '../write/insert-documents.ts'
import { pace } from '../write/batch.ts'
import { checkTarget, mergeDocument } from './merge-document.ts'

/** `$out` and `$merge` into the store. */
export function pipelineWriter(request: Request): PipelineWriter {
  const bypass = isTruthy(request.body.get('bypassDocumentValidation'))
  const options = { now: request.now, bypass }
  const read = async (docs: Paced<Doc>): Promise<Doc[]> => {
    const all: Doc[] = []
    await drain(docs[Symbol.iterator](), request.turn, (doc) => all.push(doc) > 0)
    return all
  }
  return {
    async out(db, name, docs) {
      const { catalog, data } = request.store
      checkCreatable(db, name)
      const old = catalog.find(db, name)
      if (isView(old)) fail(166, `Namespace ${db}.${name} is a view, not a collection`)
      if (old?.capped) fail(17152, `namespace '${db}.${name}' is capped so it can't be used for $out`)
      // The old documents stay until the new ones are all there: they may be what is read.
      const all = await read(docs)
      const draft = catalog.createDraft(
        db,
        `tmp.agg_out.${new ObjectId().toHexString()}`,
        old?.options ?? new Map(),
      )
      try {
        for (const index of old?.indexes ?? []) {
          if (index.spec.name !== '_id_') catalog.copyIndex(draft, index)
        }
        await pace(data, all.length, (at) => {
          insertDocument(draft, all[at] as Doc, undefined, options)
          return true
        })
        catalog.rename(draft, db, name, catalog.find(db, name))
      } catch (error) {
        data.rollback()
        catalog.discard(draft)
        throw error
      }
    },
    checkTarget: (target) => checkTarget(request.store, target),
    async merge(spec, docs) {
      const target = findOrCreate(request.store, spec.db, spec.collection)
      const all = await read(docs)
      await pace(request.store.data, all.length, (at) => {
        mergeDocument(target, spec, all[at] as Doc, options)
        return true
      })
    },
  }
}
