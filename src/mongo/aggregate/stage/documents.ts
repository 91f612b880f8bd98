import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { typeOf } from '../../expression/missing.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

/** `$documents`: the documents an expression makes, in place of a collection's. */
export const compileDocuments: CompileStage = (spec, context) => {
  const expression = compileExpression(spec, context)
  return function* documents() {
    const made = expression(new Map(), NO_VARIABLES)
    if (!Array.isArray(made))
      return fail(5858203, `an array is expected in $documents, found ${typeOf(made)}`)
    for (const doc of made) {
      if (!isDoc(doc))
        return fail(40228, `an array of documents is expected in $documents, found ${typeOf(doc)}`)
      yield doc
    }
  }
}
