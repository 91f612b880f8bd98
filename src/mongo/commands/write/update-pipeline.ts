import { compileUpdatePipeline } from '../../aggregate/update-pipeline.ts'
import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { sizeOf } from '../../bson/size.ts'
import type { Doc } from '../../bson/value.ts'

/** What a pipeline may give: the limit of a document, and a margin for what servers add to one. */
const MAX_RESULT_BYTES = 16_793_600

/** Compiles the stages of a pipeline update. */
export function updatePipeline(context: EvalContext): (stages: readonly Doc[]) => (doc: Doc) => Doc {
  return (stages) => {
    const run = compileUpdatePipeline(stages, context)
    return (doc) => {
      const result = run(doc)
      const size = sizeOf(result)
      if (size > MAX_RESULT_BYTES)
        fail(10334, `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_RESULT_BYTES}(16MB)`)
      return result
    }
  }
}
