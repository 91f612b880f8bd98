import { compileUpdatePipeline } from '../../aggregate/update-pipeline.ts'
import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'

/** Compiles the stages of a pipeline update. */
export function updatePipeline(context: EvalContext): (stages: readonly Doc[]) => (doc: Doc) => Doc {
  return (stages) => compileUpdatePipeline(stages, context)
}
