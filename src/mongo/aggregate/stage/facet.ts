import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc } from '../../bson/value.ts'
import { checkSingleName } from '../../expression/field-path.ts'
import { typeOf } from '../../expression/missing.ts'
import { bounded } from '../../spill/bounded.ts'
import { collect, paced } from '../../turn/pause.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'

/** Stages that read or write on their own, which a facet may not hold. */
const FORBIDDEN = new Set([
  '$collStats',
  '$facet',
  '$geoNear',
  '$indexStats',
  '$out',
  '$merge',
  '$planCacheStats',
  '$documents',
  '$changeStream',
  '$currentOp',
  '$listSessions',
  '$listLocalSessions',
])

/** `$facet`: several pipelines over the same documents, each an array of the one result. */
export const compileFacet: CompileStage = (spec, context, sub) => {
  const words = 'the $facet specification must be a non-empty object'
  const facets = requireDoc(spec, 40169, words)
  if (facets.size === 0) fail(40169, words)
  const pipelines = [...facets].map(([name, stages]) => {
    checkSingleName(name)
    if (!Array.isArray(stages)) {
      return fail(40170, `arguments to $facet must be arrays, ${name} is type ${typeOf(stages)}`)
    }
    const checked = stages.map((stage) => {
      const one = isDoc(stage)
        ? stage
        : fail(40171, `elements of arrays in $facet spec must be non-empty objects`)
      for (const key of one.keys()) {
        if (FORBIDDEN.has(key)) fail(40600, `${key} is not allowed to be used within a $facet stage`)
      }
      return one
    })
    return [name, sub(checked, context, '$facet')] as const
  })
  return function* facet(source) {
    const docs: Doc[] = []
    yield* collect(source, docs, bounded('$facet'))
    const facets: Doc = new Map()
    for (const [name, pipeline] of pipelines) {
      const found: Doc[] = []
      yield* collect(pipeline.run(paced(docs, context.isOver)), found)
      facets.set(name, found)
    }
    yield facets
  }
}
