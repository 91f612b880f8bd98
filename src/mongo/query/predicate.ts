import { visitPath } from '../bson/path.ts'
import type { Doc, Value } from '../bson/value.ts'
import { andNode, type FilterNode, notNode } from './node.ts'

/** Where a match was found: the position in the outermost array passed through, for the positional `$`. */
export interface Details {
  index: number | undefined
}

export type Test = (value: Value | undefined, details?: Details) => boolean
export type Match = (doc: Doc, details?: Details) => boolean

/** A condition on whole documents. */
export interface Condition {
  readonly node: FilterNode
  readonly match: Match
}

/** A condition on the values of one path; `test` asks it of a single value, as $elemMatch does. */
export interface Predicate extends Condition {
  readonly test: Test
}

/**
 * A predicate that holds when `test` holds for a value the path reaches.
 * @param elements whether an array at the end of the path is asked element by element too, not only as a whole.
 */
export function leaf(
  path: string,
  operator: string,
  operand: Value,
  test: Test,
  elements = true,
  inner?: FilterNode,
): Predicate {
  const node: FilterNode = { op: 'field', path, operator, operand, ...(inner === undefined ? {} : { inner }) }
  return { node, test, match: matchPath(path, test, elements) }
}

/** All of them on the same path. */
export function every(predicates: readonly Predicate[]): Predicate {
  if (predicates.length === 1) return predicates[0]!
  return {
    node: andNode(predicates.map(({ node }) => node)),
    test: (value, details) => predicates.every(({ test }) => test(value, details)),
    match: allMatch(predicates.map(({ match }) => match)),
  }
}

/** The contrary; it tells no position. */
export function negation(predicate: Predicate): Predicate {
  const { test, match } = predicate
  return { node: notNode(predicate.node), test: (value) => !test(value), match: (doc) => !match(doc) }
}

/** Whether all hold; a position found before one failed is forgotten. */
export function allMatch(matches: readonly Match[]): Match {
  if (matches.length === 1) return matches[0]!
  if (matches.length === 2) {
    const [first, second] = matches as [Match, Match]
    return (doc, details) => (first(doc, details) && second(doc, details)) || forget(details)
  }
  return (doc, details) => {
    for (const match of matches) if (!match(doc, details)) return forget(details)
    return true
  }
}

function forget(details: Details | undefined): false {
  if (details) details.index = undefined
  return false
}

function matchPath(path: string, test: Test, elements: boolean): Match {
  const parts = path.split('.')
  const leafTest = elements ? testElements(test) : test
  if (parts.length === 1) return (doc, details) => leafTest(doc.get(path), details)
  const last = parts.length - 1
  return (doc, details) => {
    let current = doc
    for (let i = 0; i < last; i++) {
      const next = current.get(parts[i]!)
      if (next instanceof Map) current = next
      else if (Array.isArray(next)) return matchThroughArrays(doc, parts, test, elements, details)
      else return test(undefined, details)
    }
    return leafTest(current.get(parts[last]!), details)
  }
}

function testElements(test: Test): Test {
  return (value, details) => {
    if (!Array.isArray(value)) return test(value, details)
    for (let i = 0; i < value.length; i++) {
      if (!test(value[i], details)) continue
      if (details) details.index = i
      return true
    }
    return test(value, details)
  }
}

function matchThroughArrays(
  doc: Doc,
  parts: readonly string[],
  test: Test,
  elements: boolean,
  details: Details | undefined,
): boolean {
  return visitPath(doc, parts, elements, (value, index) => {
    if (!test(value, details)) return false
    if (details && index !== undefined) details.index = index
    return true
  })
}
