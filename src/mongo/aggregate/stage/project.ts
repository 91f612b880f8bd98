import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { isZero } from '../../bson/numeric.ts'
import { isDoc, isNumber } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { splitPath } from '../../expression/field-path.ts'
import { PAUSE } from '../../turn/pause.ts'
import { addLeaf, compute, exclude, include, makeTree } from '../projection-tree.ts'
import type { Leaf, Tree } from '../projection-tree.ts'
import { inStage, requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

interface Entry {
  readonly path: readonly string[]
  readonly leaf: Leaf
}

/** Flattens `{a: 1, 'b.c': {d: 0}}`; a document that begins with a dollar is an expression. */
function* readEntries(spec: Doc, context: EvalContext, above: readonly string[] = []): Generator<Entry> {
  for (const [name, value] of spec) {
    if (name.endsWith('.$')) fail(31324, 'Cannot use positional projection in aggregation projection')
    const path = [...above, ...splitPath(name)]
    if (isDoc(value) && !isOperator(value)) {
      if (value.size === 0) {
        const where = path.join('.')
        const words = 'An empty sub-projection is not a valid value. Found empty object at path'
        fail(51270, `${words} ${where}`)
      }
      yield* readEntries(value, context, path)
    } else if (typeof value === 'boolean') yield { path, leaf: value ? 'keep' : 'drop' }
    else if (isNumber(value)) yield { path, leaf: isZero(value) ? 'drop' : 'keep' }
    else yield { path, leaf: compileExpression(value, context) }
  }
}

function isOperator(doc: Doc): boolean {
  const [first] = doc.keys()
  return first?.startsWith('$') ?? false
}

/** Compiles a projection in the sense of `$project`: keeping, dropping or computing fields. */
export function compileProjectionTree(spec: Doc, context: EvalContext): (doc: Doc) => Doc {
  if (spec.size === 0) fail(51272, 'projection specification must have at least one field')
  const entries = [...readEntries(spec, context)]
  const isId = ({ path }: Entry): boolean => path.length === 1 && path[0] === '_id'
  const deciding = entries.find((entry) => !isId(entry)) ?? entries[0]
  const excluding = deciding?.leaf === 'drop'
  const tree = makeTree()
  for (const entry of entries) {
    const where = entry.path.join('.')
    if (excluding && entry.leaf === 'keep' && !isId(entry)) {
      fail(31253, `Cannot do inclusion on field ${where} in exclusion projection`)
    }
    if (excluding && typeof entry.leaf === 'function') {
      fail(31310, `Cannot use an expression ${where} in an exclusion projection`)
    }
    if (!excluding && entry.leaf === 'drop' && !isId(entry)) {
      fail(31254, `Cannot do exclusion on field ${where} in inclusion projection`)
    }
    addLeaf(tree, entry.path, entry.leaf)
  }
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
