import type { PipelineContext } from '../../aggregate/types.ts'
import { compilePipeline } from '../../aggregate/pipeline.ts'
import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'
import { choosePlan } from '../../plan/choose.ts'
import { runPlan } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { PAUSE, type Pause } from '../../turn/pause.ts'
import type { Request } from '../command.ts'
import { findSource, isView } from '../targets.ts'
import { stageInfo } from './stage-info.ts'
import { resolveView } from './view.ts'
import { pipelineWriter } from './pipeline-writer.ts'

/** What a pipeline may ask of the store. */
export function pipelineContext(
  request: Request,
  collection: string | undefined,
  base: EvalContext,
): PipelineContext {
  const { store, db } = request
  const context: PipelineContext = {
    ...base,
    db,
    collection,
    read: (name, filter) => readOther(name, filter),
    indexed(name, path) {
      const source = findSource(store, db, name)
      if (!source || isView(source)) return false
      return source.indexes.some(
        ({ spec, ready }) =>
          ready && !spec.hidden && !spec.partial && !spec.sparse && spec.fields[0]?.path === path,
      )
    },
    write: pipelineWriter(request),
    info: (stage, spec) => stageInfo(request, collection, stage, spec),
  }

  function* readOther(name: string, filter: Doc | undefined): Generator<Doc | Pause, void> {
    const source = findSource(store, db, name)
    if (!source) return
    if (isView(source)) {
      const { collection: base, pipeline } = resolveView(store, source)
      const stages = filter ? [...pipeline, new Map([['$match', filter]])] : pipeline
      yield* compilePipeline(stages, { ...context, collection: base }).run(readOther(base, undefined))
      return
    }
    const compiled = compileFilter(filter ?? new Map(), base)
    const plan = choosePlan(source, { filter: compiled, collation: base.collation })
    for (const one of runPlan(source, plan, compiled, base)) yield one === PAUSE ? PAUSE : one.doc
  }

  return context
}
