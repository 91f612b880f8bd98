import type { Collation } from '../bson/collation.ts'
import { encode } from '../bson/codec.ts'
import { isDoc, isText, UNDEFINED, type Value } from '../bson/value.ts'
import type { Index } from '../index/index-state.ts'
import { compileFilter, type FieldNode, type FilterNode } from '../query/compile-filter.ts'
import type { PathPredicate } from './predicates.ts'

/** Whether every document the filter can match stands in the index. */
export function coversFilter(index: Index, predicates: readonly PathPredicate[]): boolean {
  if (index.spec.partial && index.partial && !implies(predicates, index.partial.node, index.spec.collation))
    return false
  if (!index.spec.sparse) return true
  return index.spec.fields.some(({ path }) =>
    predicates.some((one) => one.path === path && demandsField(one.node)),
  )
}

/** Whether strings compare in the index as they do in the query. */
export function sameCollation(index: Index, collation: Collation | undefined): boolean {
  const own = index.spec.collation
  if (own === collation) return true
  return own !== undefined && collation !== undefined && encode(own.spec).equals(encode(collation.spec))
}

/** An index of another collation still serves values that hold no text. */
export function withoutText(predicates: readonly PathPredicate[]): PathPredicate[] {
  return predicates.filter(
    ({ node }) =>
      !node.negated &&
      ['$eq', '$in', '$gt', '$gte', '$lt', '$lte'].includes(node.operator) &&
      isTextless(node.operand),
  )
}

function isTextless(value: Value): boolean {
  if (Array.isArray(value)) return value.every(isTextless)
  return !isText(value) && !isDoc(value)
}

function demandsField({ operator, operand, negated }: FieldNode): boolean {
  if (negated) return false
  switch (operator) {
    case '$eq':
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return operand !== null && operand !== UNDEFINED
    case '$in':
      return Array.isArray(operand) && operand.every((value) => value !== null && value !== UNDEFINED)
    case '$exists':
      return operand === true || (typeof operand === 'number' && operand !== 0)
    case '$regex':
    case '$elemMatch':
    case '$size':
    case '$mod':
      return true
    default:
      return false
  }
}

/** Whether the filter's predicates leave no document that the partial filter would leave out. */
function implies(
  predicates: readonly PathPredicate[],
  wanted: FilterNode,
  collation: Collation | undefined,
): boolean {
  switch (wanted.op) {
    case 'and':
      return wanted.children.every((child) => implies(predicates, child, collation))
    case 'or':
      return wanted.children.some((child) => implies(predicates, child, collation))
    case 'field':
      return predicates.some(
        (one) =>
          one.path === wanted.path && one.group === undefined && impliesField(one.node, wanted, collation),
      )
    default:
      return false
  }
}

function impliesField(given: FieldNode, wanted: FieldNode, collation: Collation | undefined): boolean {
  if (given.negated || wanted.negated) return false
  if (same(given, wanted)) return true
  if (wanted.operator === '$exists') return wanted.operand === true && demandsField(given)
  const meets = (value: Value): boolean =>
    value !== null && !Array.isArray(value) && !isDoc(value) && test(wanted, collation)(value)
  if (given.operator === '$eq') return meets(given.operand)
  if (given.operator === '$in')
    return Array.isArray(given.operand) && given.operand.length > 0 && given.operand.every(meets)
  const down = given.operator.startsWith('$lt')
  const sameWay = down
    ? wanted.operator.startsWith('$lt')
    : given.operator.startsWith('$gt') && wanted.operator.startsWith('$gt')
  if (!sameWay || given.operand === null) return false
  // Every value beyond `given` meets `wanted` when its edge does, or when both stop short of the same edge.
  return (
    meets(given.operand) ||
    (given.operator.length === 3 &&
      test({ ...wanted, operator: `${wanted.operator.slice(0, 3)}e` }, collation)(given.operand))
  )
}

function same(a: FieldNode, b: FieldNode): boolean {
  return (
    a.operator === b.operator && encode(new Map([['', a.operand]])).equals(encode(new Map([['', b.operand]])))
  )
}

function test({ operator, operand }: FieldNode, collation: Collation | undefined): (value: Value) => boolean {
  const filter = compileFilter(new Map([['v', new Map([[operator, operand]])]]), {
    now: new Date(0),
    collation,
  })
  return (value) => filter.matches(new Map([['v', value]]))
}
