import { decode, encode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import { sizeOf } from '../../bson/size.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc } from '../../bson/value.ts'
import { compileSortPattern } from '../../expression/sort-pattern.ts'
import { integerOf } from '../../expression/number.ts'
import { sortPaced } from '../../sort/sort-paced.ts'
import type { CompileStage, PipelineContext, Stage } from '../types.ts'

/** A name the optimiser gives a `$sort` of which only the first documents are wanted. */
export const TOP = '$_top'

/** `$sort`: stable; each document's key is taken once. */
export const compileSort: CompileStage = (spec, context) => {
  if (!isDoc(spec)) return fail(15973, 'the $sort key specification must be an object')
  return sortStage(spec, context, Infinity)
}

/** `$sort` and `$limit` together: `{sort, limit}`, in memory for the limit only. */
export const compileTop: CompileStage = (spec, context) => {
  const sort = isDoc(spec) ? spec.get('sort') : undefined
  const limit = isDoc(spec) ? integerOf(spec.get('limit')) : undefined
  if (!isDoc(sort) || limit === undefined) return fail(40324, `Unrecognized pipeline stage name: '${TOP}'`)
  return sortStage(sort, context, Number(limit))
}

function sortStage(spec: Doc, { collation, isOver, spill }: PipelineContext, limit: number): Stage['run'] {
  const { keyOf, compareKeys } = compileSortPattern(spec, collation)
  return (source) =>
    sortPaced(source, {
      keyOf,
      compareKeys,
      limit,
      isOver,
      spill,
      bytesOf: sizeOf,
      write: encode,
      read: decode,
    })
}
