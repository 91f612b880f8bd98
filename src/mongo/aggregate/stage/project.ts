import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { printElement } from '../../bson/print.ts'
import { isZero } from '../../bson/numeric.ts'
import { isDoc, isNumber } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { isFieldName, splitPath } from '../../expression/field-path.ts'
import { operators } from '../../expression/operators.ts'
import { PAUSE } from '../../turn/pause.ts'
import { addLeaf, compute, exclude, include, makeTree } from '../projection-tree.ts'
import type { Tree } from '../projection-tree.ts'
import { inStage, requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

interface Reading {
  readonly tree: Tree
  readonly context: EvalContext
  /** What the fields read so far say: `_id` may be either in both. */
  excluding?: boolean
}

/** Reads `{a: 1, 'b.c': {d: 0}}`, in the order it is written in, so that its first mistake is the one told. */
function readFields(reading: Reading, spec: Doc, above: readonly string[] = []): void {
  for (const [name, value] of spec) {
    if (name.endsWith('.$') || name.includes('.$.')) {
      fail(31324, 'Cannot use positional projection in aggregation projection')
    }
    if (isDoc(value)) readObject(reading, name, value, above)
    else if (typeof value === 'boolean') readFlag(reading, name, value, above)
    else if (isNumber(value)) readFlag(reading, name, !isZero(value), above)
    else {
      const expression = compileExpression(value, reading.context)
      addLeaf(reading.tree, [...above, ...splitPath(name)], expression)
      if (reading.excluding) {
        fail(31310, `Cannot use an expression ${printElement(name, value)} in an exclusion projection`)
      }
      reading.excluding = false
    }
  }
}

function readFlag(reading: Reading, name: string, keeps: boolean, above: readonly string[]): void {
  addLeaf(reading.tree, [...above, ...splitPath(name)], keeps ? 'keep' : 'drop')
  if (name === '_id' && above.length === 0) return
  if (keeps && reading.excluding === true) {
    fail(31253, `Cannot do inclusion on field ${name} in exclusion projection`)
  }
  if (!keeps && reading.excluding === false) {
    fail(31254, `Cannot do exclusion on field ${name} in inclusion projection`)
  }
  reading.excluding = !keeps
}

/** An expression where it is one operator, else what is said of the fields below. */
function readObject(reading: Reading, name: string, value: Doc, above: readonly string[]): void {
  const path = [...above, ...splitPath(name)]
  const [operator] = value.keys()
  if (operator === undefined) {
    const words = 'An empty sub-projection is not a valid value. Found empty object at path'
    fail(51270, `${words} ${path.join('.')}`)
  }
  if (value.size > 1 || !operator.startsWith('$')) return readFields(reading, value, path)
  if (operator === '$elemMatch') fail(168, 'Cannot use $elemMatch in this context')
  if (!Object.hasOwn(operators, operator)) {
    return isFieldName(operator)
      ? readFields(reading, value, path)
      : fail(31325, `Unknown expression ${operator}`)
  }
  if (operator !== '$meta') {
    if (reading.excluding) fail(31252, 'Cannot use expression other than $meta in exclusion projection')
    reading.excluding = false
  }
  addLeaf(reading.tree, path, compileExpression(value, reading.context))
}

/** Compiles a projection in the sense of `$project`: keeping, dropping or computing fields. */
export function compileProjectionTree(spec: Doc, context: EvalContext): (doc: Doc) => Doc {
  if (spec.size === 0) fail(51272, 'projection specification must have at least one field')
  const reading: Reading = { tree: makeTree(), context }
  readFields(reading, spec)
  const { tree } = reading
  const excluding = reading.excluding ?? tree.children.get('_id') === 'drop'
  return excluding ? (doc) => exclude(tree, doc) : including(tree)
}

function including(tree: Tree): (doc: Doc) => Doc {
  if (!tree.children.has('_id')) tree.children.set('_id', 'keep')
  if (!tree.computes) return (doc) => include(tree, doc)
  return (doc) => {
    const kept = include(tree, doc)
    compute(tree, kept, doc, NO_VARIABLES)
    return kept
  }
}

/** `$project`. */
export const compileProject: CompileStage = (spec, context) => {
  const fields = requireDoc(spec, 15969, '$project specification must be an object')
  const project = inStage('$project', () => compileProjectionTree(fields, context))
  return function* projectAll(source) {
    for (const doc of source) yield doc === PAUSE ? PAUSE : project(doc)
  }
}

/** `$unset`: a projection that drops. */
export const compileUnset: CompileStage = (spec) => {
  if (typeof spec !== 'string' && !Array.isArray(spec)) {
    return fail(31002, '$unset specification must be a string or an array')
  }
  const names: readonly Value[] = typeof spec === 'string' ? [spec] : spec
  if (names.length === 0) {
    fail(31119, '$unset specification must be a string or an array with at least one field')
  }
  const tree = makeTree()
  for (const name of names) {
    if (typeof name !== 'string') {
      return fail(31120, '$unset specification must be a string or an array containing only string values')
    }
    inStage('$unset', () => addLeaf(tree, splitPath(name), 'drop'))
  }
  return function* unset(source) {
    for (const doc of source) yield doc === PAUSE ? PAUSE : exclude(tree, doc)
  }
}
