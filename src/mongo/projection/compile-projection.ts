import type { EvalContext } from '../bson/context.ts'
import type { Doc } from '../bson/value.ts'
import type { Filter } from '../query/compile-filter.ts'
import { addComputed, applyAfter, computes, dropFields, keepFields } from './apply.ts'
import { parseProjection } from './parse.ts'

/**
 * Compiles the projection of a find (findAndModify's `fields` too): inclusion, exclusion, expressions, $slice,
 * $elemMatch and the positional `$`.
 * @param filter the query's, which the positional `$` needs.
 * @returns a function of the document; documents are never changed in place.
 * @throws MongoError 31249 ... 31325, 51050 and what expressions throw.
 */
export function compileProjection(spec: Doc, context: EvalContext, filter?: Filter): (doc: Doc) => Doc {
  if (spec.size === 0) return (doc) => doc
  const { inclusion, tree, after } = parseProjection(spec, context, filter)
  const project = inclusion ? keepFields : dropFields
  const adds = computes(tree)
  const variables = context.variables ?? new Map()
  const needsPosition = after.some(({ kind }) => kind === 'position')
  return (doc) => {
    let result = project(doc, tree)
    if (adds) addComputed(result, tree, doc, variables)
    const position = needsPosition ? filter?.arrayIndexFor(doc) : undefined
    for (const each of after) result = applyAfter(result, each, position)
    return result
  }
}
