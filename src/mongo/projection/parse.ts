import type { EvalContext } from '../bson/context.ts'
import { fail, MongoError } from '../bson/errors.ts'
import { printDoc, printElement } from '../bson/print.ts'
import { typeName } from '../bson/type.ts'
import { type Doc, isDoc, isNumber, type Value } from '../bson/value.ts'
import { compileExpression } from '../expression/compile.ts'
import { operators } from '../expression/operators.ts'
import { isTrue } from '../expression/truth.ts'
import { compilePlainFilter, type Filter } from '../query/compile-filter.ts'
import type { FilterNode } from '../query/node.ts'
import { findTree, place, splitChecked } from './place.ts'
import { parseSlice } from './slice.ts'
import type { After, Tree } from './tree.ts'

/** A projection taken apart. */
export interface Parsed {
  readonly inclusion: boolean
  readonly tree: Tree
  readonly after: readonly After[]
}

interface State {
  readonly context: EvalContext
  readonly filter: Filter | undefined
  readonly root: Tree
  readonly after: After[]
  inclusion: boolean | undefined
  idMentioned: boolean
  idKept: boolean
  positional: boolean
  elemMatch: boolean
}

const metadata: ReadonlySet<string> = new Set([
  'geoNearDistance',
  'geoNearPoint',
  'indexKey',
  'randVal',
  'recordId',
  'searchHighlights',
  'searchScore',
  'searchScoreDetails',
  'searchSequenceToken',
  'sortKey',
  'timeseriesBucketMaxTime',
  'timeseriesBucketMinTime',
  'vectorSearchScore',
])

/** Reads the projection of a find. */
export function parseProjection(spec: Doc, context: EvalContext, filter: Filter | undefined): Parsed {
  const state: State = {
    context,
    filter,
    root: new Map(),
    after: [],
    inclusion: undefined,
    idMentioned: false,
    idKept: false,
    positional: false,
    elemMatch: false,
  }
  for (const [name, value] of spec) {
    state.idMentioned ||= name === '_id' || name.startsWith('_id.')
    parseElement(state, name, value, state.root, [])
  }
  const inclusion = state.inclusion ?? defaultKind(state)
  if (!state.idMentioned && inclusion) state.root.set('_id', { kind: 'keep' })
  if (!inclusion && state.idKept) state.root.delete('_id')
  return { inclusion, tree: state.root, after: state.after }
}

// What { _id: 1 }, a lone $slice or a lone $elemMatch make of it.
function defaultKind({ after, elemMatch, idKept }: State): boolean {
  if (after.some(({ kind }) => kind === 'slice')) return idKept
  return elemMatch || idKept
}

function parseElement(state: State, name: string, value: Value, tree: Tree, above: readonly string[]): void {
  const positional = positionalPart(name)
  if (isDoc(value)) {
    if (positional !== undefined)
      fail(31271, 'positional projection cannot be used with an expression or sub object')
    parseObject(state, name, value, tree, above)
  } else if (typeof value === 'boolean' || isNumber(value)) {
    if (!isTrue(value)) {
      if (positional !== undefined) fail(31395, 'positional projection cannot be used with exclusion')
      parseExclusion(state, name, tree, above)
    } else if (positional === undefined) parseInclusion(state, name, tree, above)
    else parsePositional(state, name, positional, above)
  } else {
    if (positional !== undefined) fail(31308, 'positional projection cannot be used with a literal')
    const expression = compileExpression(value, state.context)
    place(tree, name, { kind: 'compute', expression })
    if (state.inclusion === false) {
      fail(31310, `Cannot use an expression ${printElement(name, value)} in an exclusion projection`)
    }
    state.inclusion = true
  }
}

function positionalPart(name: string): number | undefined {
  const at = name === '$' ? 0 : name.indexOf('.$.')
  if (at >= 0) return at
  return name.endsWith('.$') ? name.length - 2 : undefined
}

function parseInclusion(state: State, name: string, tree: Tree, above: readonly string[]): void {
  place(tree, name, { kind: 'keep' })
  if (name === '_id' && above.length === 0) {
    state.idKept = true
    return
  }
  requireInclusion(state, name)
}

function requireInclusion(state: State, name: string): void {
  if (state.inclusion === false) fail(31253, `Cannot do inclusion on field ${name} in exclusion projection`)
  state.inclusion = true
}

function parseExclusion(state: State, name: string, tree: Tree, above: readonly string[]): void {
  place(tree, name, { kind: 'drop' })
  if (name === '_id' && above.length === 0) return
  if (state.inclusion === true) fail(31254, `Cannot do exclusion on field ${name} in inclusion projection`)
  state.inclusion = false
}

function parsePositional(state: State, name: string, at: number, above: readonly string[]): void {
  if (state.positional) fail(31276, 'Cannot specify more than one positional projection per query.')
  if (state.elemMatch) fail(31256, 'Cannot specify positional operator and $elemMatch.')
  if (!state.filter) fail(51050, 'Projections with a positional operator require a matcher')
  const first = above[0] ?? name.split('.')[0]!
  if (!mentions(state.filter.node, first)) {
    fail(31277, `Positional projection '${name}' does not match the query document.`)
  }
  if (name.endsWith('.$.')) fail(31270, "Path cannot end with '.$.'")
  if (positionalPart(name.slice(at + 3)) !== undefined)
    fail(31287, `Cannot use positional operator twice: ${name}`)
  const path = [...above, ...splitChecked(name.slice(0, at))]
  place(state.root, path.join('.'), { kind: 'after' })
  state.after.push({ kind: 'position', path })
  state.positional = true
  requireInclusion(state, name)
}

function mentions(node: FilterNode, first: string): boolean {
  if (node.op === 'and' || node.op === 'or' || node.op === 'nor') {
    return node.children.some((child) => mentions(child, first))
  }
  return node.op === 'field' && node.path.split('.')[0] === first
}

function parseObject(state: State, name: string, value: Doc, tree: Tree, above: readonly string[]): void {
  const [first] = value.keys()
  if (value.size === 1 && first!.startsWith('$') && parseOperator(state, name, first!, value, tree, above))
    return
  if (value.size === 0)
    fail(51270, `An empty sub-projection is not a valid value. Found empty object at path`)
  const parts = splitChecked(name)
  const inner: Tree = new Map()
  const existing = findTree(tree, parts)
  if (!existing) place(tree, name, { kind: 'tree', tree: inner })
  for (const [child, operand] of value)
    parseElement(state, child, operand, existing ?? inner, [...above, ...parts])
}

/** Takes `{ $operator: ... }`; false when it is no operator but a field. */
function parseOperator(
  state: State,
  name: string,
  operator: string,
  value: Doc,
  tree: Tree,
  above: readonly string[],
): boolean {
  const operand = value.get(operator)!
  if (operator === '$slice') {
    const path = [...above, ...splitChecked(name)]
    let reason: string
    try {
      const slice = parseSlice(operand)
      place(tree, name, { kind: 'after' })
      state.after.push({ kind: 'slice', path, slice })
      return true
    } catch (error) {
      reason = (error as MongoError).message
    }
    try {
      parseExpression(state, name, value, tree)
    } catch (error) {
      const { code, message } = error as MongoError
      fail(
        code,
        `Invalid $slice syntax. The given syntax ${printDoc(value)} did not match the find() syntax because :: ${reason} :: The given syntax did not match the expression $slice syntax. :: caused by :: ${message}`,
      )
    }
    return true
  }
  if (operator === '$elemMatch') {
    parseElemMatch(state, name, operand, above, value)
    return true
  }
  if (operator === '$meta') {
    if (typeof operand !== 'string') fail(17307, '$meta only supports string arguments')
    if (operand === 'textScore') {
      fail(40218, 'query requires text score metadata, but it is not available')
    }
    if (!metadata.has(operand)) fail(17308, `Unsupported argument to $meta: ${operand}`)
    fail(115, `projecting {$meta: '${operand}'} is not supported by the embedded store; use a MongoDB server`)
  }
  if (!Object.hasOwn(operators, operator)) fail(31325, `Unknown expression ${operator}`)
  parseExpression(state, name, value, tree)
  return true
}

function parseExpression(state: State, name: string, value: Doc, tree: Tree): void {
  if (state.inclusion === false) fail(31252, 'Cannot use expression other than $meta in exclusion projection')
  state.inclusion = true
  place(tree, name, { kind: 'compute', expression: compileExpression(value, state.context) })
}

function parseElemMatch(
  state: State,
  name: string,
  operand: Value,
  above: readonly string[],
  value: Doc,
): void {
  if (!isDoc(operand))
    fail(31274, `elemMatch: Invalid argument, object required, but got ${typeName(operand)}`)
  if (state.positional) fail(31255, 'Cannot specify positional operator and $elemMatch.')
  if (above.length > 0 || name.includes('.'))
    fail(31275, 'Cannot use $elemMatch projection on a nested field.')
  const filter = compilePlainFilter(new Map([[name, value]]), state.context)
  place(state.root, name, {
    kind: 'elemMatch',
    find: (items) => items.findIndex((item) => filter.matches(new Map([[name, [item]]]))),
  })
  state.elemMatch = true
}
