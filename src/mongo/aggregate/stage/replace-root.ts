import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { typeOf } from '../../expression/missing.ts'
import { printValue } from '../../expression/print.ts'
import { PAUSE } from '../../turn/pause.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage, PipelineContext, Stage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

function replace(expression: Value, context: PipelineContext, what: string): Stage['run'] {
  const newRoot = compileExpression(expression, context)
  return function* replaceAll(source) {
    for (const doc of source) yield doc === PAUSE ? PAUSE : requireRoot(newRoot(doc, NO_VARIABLES), doc, what)
  }
}

function requireRoot(value: Value | undefined, doc: Doc, what: string): Doc {
  if (isDoc(value)) return value
  const result = `but resulting value was: ${printValue(value)}. Type of resulting value: '${typeOf(value)}'.`
  return fail(40228, `${what} must evaluate to an object, ${result} Input document: ${printValue(doc)}`)
}

/** `$replaceRoot`. */
export const compileReplaceRoot: CompileStage = (spec, context) => {
  const options = requireDoc(
    spec,
    40229,
    `expected an object as specification for $replaceRoot stage, got ${typeOf(spec)}`,
  )
  for (const name of options.keys()) {
    if (name !== 'newRoot') fail(40415, `BSON field '$replaceRoot.${name}' is an unknown field.`)
  }
  const newRoot = options.get('newRoot')
  if (newRoot === undefined) {
    return fail(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field")
  }
  return replace(newRoot, context, "'newRoot' expression ")
}

/** `$replaceWith`. */
export const compileReplaceWith: CompileStage = (spec, context) =>
  replace(spec, context, "'replacement document' ")
