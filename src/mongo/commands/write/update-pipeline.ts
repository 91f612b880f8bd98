import { compileUpdatePipeline } from '../../aggregate/update-pipeline.ts'
import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'

/** Runs the stages of a pipeline update over one document; they are compiled with the first. */
export function updatePipeline(context: EvalContext): (stages: readonly Doc[], doc: Doc) => Doc {
  let compiled: { readonly stages: readonly Doc[]; readonly run: (doc: Doc) => Doc } | undefined
  return (stages, doc) => {
    if (compiled?.stages !== stages) compiled = { stages, run: compileUpdatePipeline(stages, context) }
    return compiled.run(doc)
  }
}
