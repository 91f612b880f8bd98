import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc } from '../../bson/value.ts'
import { typeOf } from '../../expression/missing.ts'

import { deriveContext } from '../derive-context.ts'
import { requirePipeline } from '../spec.ts'
import type { CompileStage } from '../types.ts'

/** `$unionWith`: the source's documents, then another collection's. */
export const compileUnionWith: CompileStage = (spec, context, sub) => {
  let collection: string | undefined
  let stages: Doc[] = []
  if (typeof spec === 'string') collection = spec
  else if (isDoc(spec)) {
    for (const [name, value] of spec) {
      if (name === 'coll') {
        if (typeof value !== 'string')
          fail(
            14,
            `BSON field '$unionWith.coll' is the wrong type '${typeOf(value)}', expected type 'string'`,
          )
        collection = value
      } else if (name === 'pipeline') stages = requirePipeline(value)
      else fail(40415, `BSON field '$unionWith.${name}' is an unknown field.`)
    }
  } else {
    const words = 'the $unionWith stage specification must be an object or string, but found'
    return fail(9, `${words} ${typeOf(spec)}`)
  }
  const pipeline = sub(stages, deriveContext(context, { collection }), '$unionWith')
  if (collection === undefined && !pipeline.generates) {
    fail(
      9,
      '$unionWith stage without explicit collection must have a pipeline with $documents as first stage',
    )
  }
  return function* unionWith(source) {
    yield* source
    const docs =
      collection === undefined || pipeline.generates ? [] : context.read(collection, pipeline.leadingMatch)
    yield* pipeline.run(docs)
  }
}
