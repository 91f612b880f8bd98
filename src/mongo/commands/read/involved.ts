import { isDoc, type Doc, type Value } from '../../bson/value.ts'

/** What a pipeline reads beside its own collection, by name. */
export function* involved(pipeline: readonly Value[]): Generator<string> {
  for (const stage of pipeline) {
    for (const [name, spec] of isDoc(stage) ? stage : []) {
      if (name === '$unionWith' && typeof spec === 'string') yield spec
      if (!isDoc(spec)) continue
      if (name === '$facet') for (const each of spec.values()) yield* nested(each)
      else if (name === '$lookup' || name === '$graphLookup') yield* named(spec, 'from')
      else if (name === '$unionWith') yield* named(spec, 'coll')
    }
  }
}

function* named(spec: Doc, field: string): Generator<string> {
  const source = spec.get(field)
  if (typeof source === 'string') yield source
  yield* nested(spec.get('pipeline'))
}

function* nested(pipeline: Value | undefined): Generator<string> {
  if (Array.isArray(pipeline)) yield* involved(pipeline)
}
