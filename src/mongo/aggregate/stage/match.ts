import { compileFilter } from '../../query/compile-filter.ts'
import { PAUSE } from '../../turn/pause.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'

/** `$match`: the documents a filter matches. */
export const compileMatch: CompileStage = (spec, context) => {
  const words = 'the match filter must be an expression in an object'
  const filter = compileFilter(requireDoc(spec, 15959, words), context)
  return function* match(source) {
    for (const doc of source) if (doc === PAUSE || filter.matches(doc)) yield doc
  }
}
