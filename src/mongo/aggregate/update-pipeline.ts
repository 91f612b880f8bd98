import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import type { Doc } from '../bson/value.ts'
import { firstOf } from '../turn/pause.ts'
import { compilePipeline } from './pipeline.ts'

/** The stages an update's pipeline may hold. */
const ALLOWED = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'])

/**
 * Compiles the pipeline of an update: a function from a document to the changed one.
 *
 * @throws MongoError 72 for a stage that updates do not have, and what the stages throw
 */
export function compileUpdatePipeline(stages: readonly Doc[], context: EvalContext): (doc: Doc) => Doc {
  for (const stage of stages) {
    for (const name of stage.keys()) {
      if (name.startsWith('$') && !ALLOWED.has(name)) {
        fail(72, `${name} is not allowed to be used within an update`)
      }
    }
  }
  const read = (): never => fail(20, 'an update reads no other collection')
  const pipeline = compilePipeline(stages, { ...context, db: '', collection: undefined, read })
  return (doc) => {
    return firstOf(pipeline.run([doc])) ?? doc
  }
}
