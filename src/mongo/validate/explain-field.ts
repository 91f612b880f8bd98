import { visitPath } from '../bson/path.ts'
import { typeName } from '../bson/type.ts'
import type { Doc, Value } from '../bson/value.ts'
import { BSONRegExp } from '../bson/value.ts'
import { isTrue } from '../expression/truth.ts'
import type { Clause } from './clause.ts'

const numbers = ['decimal', 'double', 'int', 'long']

interface Words {
  readonly normal: string
  readonly inverted: string
  readonly types?: readonly string[]
  /** Looks at an array as a whole. */
  readonly whole?: true
}

const comparison: Words = { normal: 'comparison failed', inverted: 'comparison succeeded' }
const membership: Words = {
  normal: 'no matching value found in array',
  inverted: 'matching value found in array',
}
const bits: Words = {
  normal: 'bitwise operator failed to match',
  inverted: 'bitwise operator matched successfully',
  types: ['binData', ...numbers],
}
const words: Readonly<Record<string, Words>> = {
  $in: membership,
  $nin: membership,
  $type: { normal: 'type did not match', inverted: 'type did match' },
  $mod: {
    normal: '$mod did not evaluate to expected remainder',
    inverted: '$mod did evaluate to expected remainder',
    types: numbers,
  },
  $regex: {
    normal: 'regular expression did not match',
    inverted: 'regular expression did match',
    types: ['regex', 'string', 'symbol'],
  },
  $size: {
    normal: 'array length was not equal to given size',
    inverted: 'array length was equal to given size',
    types: ['array'],
    whole: true,
  },
  $elemMatch: {
    normal: 'array did not satisfy the child predicate',
    inverted: 'array did satisfy the child predicate',
    types: ['array'],
    whole: true,
  },
  $all: {
    normal: 'array did not contain all specified values',
    inverted: 'array did contain all specified values',
    whole: true,
  },
  $bitsAllSet: bits,
  $bitsAllClear: bits,
  $bitsAnySet: bits,
  $bitsAnyClear: bits,
}

// What these ask is the contrary of another operator, so they fail where that one succeeds.
const contraries = new Set(['$ne', '$nin'])

/** Why a condition on a field does not hold (or, inverted, why it does). */
export function explainField(clause: Clause & { kind: 'field' }, doc: Doc, inverted: boolean): Doc {
  const operator =
    clause.operand instanceof BSONRegExp && clause.operator === '$eq' ? '$regex' : clause.operator
  const details: Doc = new Map<string, Value>([
    ['operatorName', operator],
    ['specifiedAs', clause.filter],
  ])
  if (operator === '$exists') {
    const succeeded = isTrue(clause.operand) === inverted
    details.set('reason', succeeded ? 'path does exist' : 'path does not exist')
    return details
  }
  const { normal, inverted: contrary, types, whole } = words[operator] ?? comparison
  const values = considered(doc, clause.path, whole === true)
  if (!values) details.set('reason', 'field was missing')
  else if (types && !values.some((value) => types.includes(typeName(value)))) {
    details.set('reason', 'type did not match')
    setTypes(details, 'considered', values)
    setNames(details, 'expected', types)
  } else details.set('reason', inverted !== contraries.has(operator) ? contrary : normal)
  if (!values) return details
  if (values.length === 1) details.set('consideredValue', values[0]!)
  else details.set('consideredValues', values)
  if (operator === '$type') setTypes(details, 'considered', values)
  return details
}

// The values looked at: the elements of an array instead of the array. Undefined when the path leads nowhere.
function considered(doc: Doc, path: string, whole: boolean): Value[] | undefined {
  const values: Value[] = []
  let exists = false
  visitPath(doc, path.split('.'), false, (value) => {
    if (value === undefined) return false
    exists = true
    if (Array.isArray(value) && !whole) for (const item of value) values.push(item)
    else values.push(value)
    return false
  })
  return exists ? values : undefined
}

function setTypes(details: Doc, prefix: string, values: readonly Value[]): void {
  if (values.length > 0) setNames(details, prefix, [...new Set(values.map(typeName))].sort())
}

function setNames(details: Doc, prefix: string, names: readonly string[]): void {
  if (names.length === 1) details.set(`${prefix}Type`, names[0]!)
  else details.set(`${prefix}Types`, [...names])
}
