import type { Collation } from '../bson/collation.ts'
import { classByte, encodeKey } from '../bson/key.ts'
import { canonicalType } from '../bson/type.ts'
import {
  BSONRegExp,
  Decimal128,
  Double,
  isDoc,
  isText,
  MaxKey,
  MinKey,
  UNDEFINED,
  type Value,
} from '../bson/value.ts'
import type { FieldNode, FilterNode } from '../query/compile-filter.ts'
import { EVERYTHING, intersect, pointOf, prefixOf, unite, type Interval } from './interval.ts'
import { regexPrefix } from './regex-prefix.ts'

/**
 * Where in an index the values lie that can meet a predicate: never less, sometimes more.
 *
 * @param collation of the index, which is the query's too; its strings are in no useful order
 * @returns undefined when the index cannot narrow the search
 */
export function intervalsFor(node: FieldNode, collation: Collation | undefined): Interval[] | undefined {
  if (node.negated) return undefined
  const { operand } = node
  switch (node.operator) {
    case '$eq':
      return equal(operand, collation)
    case '$in':
      return Array.isArray(operand) ? within(operand, collation) : undefined
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return compared(node.operator, operand, collation)
    case '$exists':
      return isTruthy(operand) ? undefined : nulls()
    case '$regex':
      return operand instanceof BSONRegExp ? regex(operand, collation) : undefined
    case '$elemMatch':
      return node.inner && ofElement(node.inner, collation)
    default:
      return undefined
  }
}

/** Whether the intervals of a predicate hold what meets it and nothing else. */
export function isExact({ operator, operand, negated }: FieldNode): boolean {
  if (negated) return false
  if (operator === '$eq') return isPlainScalar(operand)
  return operator === '$in' && Array.isArray(operand) && operand.every(isPlainScalar)
}

function isPlainScalar(value: Value): boolean {
  return (
    value !== null &&
    value !== UNDEFINED &&
    !Array.isArray(value) &&
    !isDoc(value) &&
    !(value instanceof BSONRegExp)
  )
}

function equal(value: Value, collation: Collation | undefined): Interval[] | undefined {
  if (value === null) return nulls()
  if (value === UNDEFINED || value instanceof BSONRegExp) return undefined
  const whole = pointOf(encodeKey([value], [1], collation))
  if (!Array.isArray(value)) return [whole]
  // An index keeps an array as its elements, so the array is found by its first one; nested, it is a value itself.
  const first =
    value.length === 0 ? [pointOf(encodeKey([UNDEFINED], [1]))] : element(value[0] as Value, collation)
  return first && unite([whole, ...first])
}

function element(value: Value, collation: Collation | undefined): Interval[] | undefined {
  return value === null ? nulls() : [pointOf(encodeKey([value], [1], collation))]
}

function within(values: readonly Value[], collation: Collation | undefined): Interval[] | undefined {
  const all: Interval[] = []
  for (const value of values) {
    const some = value instanceof BSONRegExp ? regex(value, collation) : equal(value, collation)
    if (!some) return undefined
    all.push(...some)
  }
  return unite(all)
}

function compared(operator: string, value: Value, collation: Collation | undefined): Interval[] | undefined {
  if (value === null) return operator.endsWith('e') ? nulls() : undefined
  if (Array.isArray(value) || value === UNDEFINED) return undefined
  if (value instanceof BSONRegExp || value instanceof MinKey || value instanceof MaxKey || isNaN(value))
    return undefined
  const kind = prefixOf(Buffer.from([classByte(canonicalType(value))]))
  if (collation && (isText(value) || isDoc(value))) return [kind]
  const point = pointOf(encodeKey([value], [1], collation))
  switch (operator) {
    case '$gt':
      return [{ low: point.high, high: kind.high, point: false }]
    case '$gte':
      return [{ low: point.low, high: kind.high, point: false }]
    case '$lt':
      return [{ low: kind.low, high: point.low, point: false }]
    default:
      return [{ low: kind.low, high: point.high, point: false }]
  }
}

function isNaN(value: Value): boolean {
  if (value instanceof Decimal128) return value.toString() === 'NaN'
  return Number.isNaN(value instanceof Double ? value.value : value)
}

/** Null, missing (which an index keeps as null) and BSON's undefined. */
function nulls(): Interval[] {
  return unite([pointOf(encodeKey([null], [1])), pointOf(encodeKey([UNDEFINED], [1]))])
}

function regex(value: BSONRegExp, collation: Collation | undefined): Interval[] {
  const same = prefixOf(Buffer.from([classByte(canonicalType(value))]))
  const start = collation ? '' : regexPrefix(value)
  // A string's encoding is its bytes and two zeros; without those it begins every string that begins so.
  return unite([same, prefixOf(encodeKey([start], [1]).subarray(0, -2))])
}

/** `$elemMatch` on bare values: all conditions are on one element, so their intervals may be cut. */
function ofElement(inner: FilterNode, collation: Collation | undefined): Interval[] | undefined {
  const nodes = inner.op === 'and' ? inner.children : [inner]
  let found: Interval[] | undefined
  for (const node of nodes) {
    if (node.op !== 'field' || node.path !== '') continue
    const some = intervalsFor(node, collation)
    if (some) found = intersect(found ?? [EVERYTHING], some)
  }
  return found
}

function isTruthy(value: Value): boolean {
  if (value instanceof Double) return value.value !== 0
  return value !== null && value !== UNDEFINED && value !== false && value !== 0 && value !== 0n
}
