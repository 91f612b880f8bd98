import type { Value } from '../bson/value.ts'
import type { PipelineContext } from './types.ts'

/** A context for the pipeline below a stage. Built field by field, since a store's context may be an instance. */
export function deriveContext(
  context: PipelineContext,
  changes: { collection?: string | undefined; variables?: ReadonlyMap<string, Value> },
): PipelineContext {
  const { indexed, info } = context
  return {
    now: context.now,
    collation: context.collation,
    variables: changes.variables ?? context.variables,
    deadline: context.deadline,
    isOver: context.isOver,
    spill: context.spill,
    depth: (context.depth ?? 0) + 1,
    db: context.db,
    collection: 'collection' in changes ? changes.collection : context.collection,
    read: (collection, filter) => context.read(collection, filter),
    ...(indexed && {
      indexed: (collection: string, path: string) => indexed.call(context, collection, path),
    }),
    ...(info && { info: (stage: string, spec: Value) => info.call(context, stage, spec) }),
    write: context.write,
  }
}
