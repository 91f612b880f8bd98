import { fail } from '../bson/errors.ts'
import { isIndex } from '../bson/path.ts'
import { printElement } from '../bson/print.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { ArrayFilters } from './array-filters.ts'
import { REMOVED } from './modifier.ts'
import { checkDollarField } from './path.ts'
import { applyRename } from './apply-rename.ts'
import { Draft, type Container } from './draft.ts'
import {
  type ArrayNode,
  type LeafNode,
  mergeNodes,
  type Node,
  type ObjectNode,
  compareNames,
} from './tree.ts'

const maxPadding = 1_500_000

interface Work {
  readonly draft: Draft
  readonly filters: ArrayFilters
  readonly upsert: boolean
  /** What `$` stands for. */
  readonly position: number | undefined
}

/** Runs the operators of a tree over a document; the same document when they change nothing. */
export function applyTree(
  root: ObjectNode,
  doc: Doc,
  filters: ArrayFilters,
  upsert: boolean,
  position: number | undefined,
): Doc {
  const draft = new Draft(doc)
  applyObject(root, draft.root, [], { draft, filters, upsert, position })
  return draft.changed ? draft.root : doc
}

function applyObject(node: ObjectNode, container: Container, path: readonly string[], work: Work): void {
  for (const [field, child] of resolvePositional(node, path, work))
    applyChild(child, container, field, path, work)
}

function resolvePositional(
  node: ObjectNode,
  path: readonly string[],
  { position }: Work,
): Iterable<[string, Node]> {
  const positional = node.children.get('$')
  if (!positional) return node.children
  if (position === undefined) fail(2, 'The positional operator did not find the match needed from the query.')
  const name = String(position)
  const children = new Map(node.children)
  children.delete('$')
  const existing = children.get(name)
  children.set(name, existing ? mergeNodes(existing, positional, [...path, name].join('.')) : positional)
  return [...children].sort(([a], [b]) => compareNames(a, b))
}

function applyChild(
  child: Node,
  container: Container,
  field: string,
  path: readonly string[],
  work: Work,
): void {
  if (Array.isArray(container) && !isIndex(field)) {
    refuseBelow(child, [field], path, container, work)
    return
  }
  const here = [...path, field]
  const current = container instanceof Map ? container.get(field) : container[Number(field)]
  if (child.kind === 'leaf') applyLeaf(child, container, field, here, current, work)
  else if (child.kind === 'array') applyArray(child, container, field, here, current, work)
  else if (current === undefined) {
    const made: Doc = new Map()
    applyObject(child, made, here, work)
    if (made.size > 0) place(container, field, made)
  } else if (current instanceof Map || Array.isArray(current)) {
    applyObject(child, work.draft.ownChild(container, field, current), here, work)
  } else {
    refuseBelow(child, [], here, current, work)
  }
}

function applyLeaf(
  { modifier }: LeafNode,
  container: Container,
  field: string,
  path: readonly string[],
  current: Value | undefined,
  work: Work,
): void {
  const { draft } = work
  if (!modifier || (modifier.insertOnly && !work.upsert)) return
  if (modifier.from) {
    applyRename(modifier.from, container, path, current, draft, (value) => {
      if (!work.upsert) checkDollarField(path)
      place(container, field, value)
    })
    return
  }
  const where = { path: path.join('.'), field, root: draft.root }
  if (current === undefined) {
    if (!modifier.create) return
    if (!work.upsert) checkDollarField(path)
    place(container, field, modifier.create(where))
    draft.changed = true
    if (path[0] === '_id' && path.length > 1) {
      fail(
        66,
        `Updating the path '${path.slice(0, -1).join('.')}' to ${printElement('_id', draft.root.get('_id'))} would modify the immutable field '_id'`,
      )
    }
    return
  }
  const next = modifier.update(current, where)
  if (next === current && typeof next !== 'number') return
  if (next === current && Object.is(next, current)) return
  if (next !== REMOVED && !work.upsert) checkDollarField(path)
  if (next !== REMOVED) place(container, field, next)
  else if (container instanceof Map) container.delete(field)
  else container[Number(field)] = null
  draft.changed = true
  if (path[0] === '_id') {
    fail(66, `Performing an update on the path '${where.path}' would modify the immutable field '_id'`)
  }
}

function applyArray(
  node: ArrayNode,
  container: Container,
  field: string,
  path: readonly string[],
  current: Value | undefined,
  work: Work,
): void {
  if (current === undefined) {
    fail(2, `The path '${path.join('.')}' must exist in the document in order to apply array updates.`)
  }
  if (!Array.isArray(current)) {
    fail(2, `Cannot apply array updates to non-array element ${printElement(field, current)}`)
  }
  // All filters look at the elements as they were before any of them was changed.
  const meant = current.map((element) =>
    [...node.children]
      .filter(([name]) => name === '' || work.filters.get(name)!(element))
      .map(([, child]) => child),
  )
  const array = work.draft.ownChild(container, field, current)
  meant.forEach((children, i) => {
    if (children.length === 0) return
    const here = [...path, String(i)].join('.')
    const child = children.reduce((merged, next) => mergeNodes(merged, next, here))
    applyChild(child, array, String(i), path, work)
  })
}

function place(container: Container, field: string, value: Value): void {
  if (container instanceof Map) {
    container.set(field, value)
    return
  }
  const index = Number(field)
  if (index - container.length > maxPadding) fail(34, `can't backfill more than ${maxPadding} elements`)
  while (container.length < index) container.push(null)
  container[index] = value
}

/** Complains for an operator below a value that has no fields: one that would make one, or a strict one. */
function refuseBelow(
  node: Node,
  rest: readonly string[],
  path: readonly string[],
  value: Value,
  work: Work,
): void {
  if (node.kind === 'array') {
    fail(
      2,
      `The path '${[...path, ...rest].join('.')}' must exist in the document in order to apply array updates.`,
    )
  }
  if (node.kind === 'object') {
    for (const [name, child] of resolvePositional(node, [...path, ...rest], work)) {
      refuseBelow(child, [...rest, name], path, value, work)
    }
    return
  }
  const { modifier } = node
  if (!modifier || modifier.lenient || (modifier.insertOnly && !work.upsert)) return
  const part = rest[0]!
  const shown = `{${printElement(path.at(-1) ?? '', value)}}`
  if (modifier.create || modifier.from) fail(28, `Cannot create field '${part}' in element ${shown}`)
  fail(
    28,
    `Cannot use the part (${part}) of (${[...path, ...rest].join('.')}) to traverse the element (${shown})`,
  )
}
