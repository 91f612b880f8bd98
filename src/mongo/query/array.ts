import { MongoError, fail } from '../bson/errors.ts'
import { BSONRegExp, isDoc, type Doc, type Value } from '../bson/value.ts'
import { equals } from './comparison.ts'
import { naturalOperand } from './integer-operand.ts'
import { isOperators } from './is-operators.ts'
import { every, leaf, type Match, type Predicate, type Test } from './predicate.ts'
import { matchesRegex } from './regex.ts'
import type { FieldOperator, Scope } from './scope.ts'

const topOperators = new Set([
  '$and',
  '$or',
  '$nor',
  '$expr',
  '$where',
  '$text',
  '$jsonSchema',
  '$comment',
  '$sampleRate',
])

/** $elemMatch: one element of the array meets all the conditions, as a value or as a document. */
export const elemMatch: FieldOperator = (path, operand, scope) => {
  if (!isDoc(operand)) fail(2, '$elemMatch needs an Object')
  const [first] = operand.keys()
  if (isOperators(operand, true) && !topOperators.has(first!)) {
    const element = every(scope.compileOperators('', operand))
    return leaf(path, '$elemMatch', operand, someElement(element.test), false, element.node)
  }
  if (operand.has('$where')) fail(2, '$elemMatch cannot contain $where expression')
  const { node, match } = scope.compile(operand, true)
  return leaf(path, '$elemMatch', operand, someElement(documentTest(match)), false, node)
}

/** $all: each value is found; or each $elemMatch. */
export const all: FieldOperator = (path, operand, scope) => {
  if (!Array.isArray(operand)) fail(2, '$all needs an array')
  if (operand.length === 0) return leaf(path, '$in', [], () => false)
  if (firstName(operand[0]) === '$elemMatch') {
    return every(
      operand.map((item) => {
        if (firstName(item) !== '$elemMatch') fail(2, '$all/$elemMatch has to be consistent')
        return elemMatch(path, (item as Doc).get('$elemMatch')!, scope, item as Doc)!
      }),
    )
  }
  return every(operand.map((item) => oneOfAll(path, item, scope)))
}

/** $size: the array has that many elements. */
export const size: FieldOperator = (path, operand) => {
  let length: bigint
  try {
    length = naturalOperand('$size', operand)
  } catch (error) {
    return fail(2, `Failed to parse $size. ${(error as MongoError).message}`)
  }
  return leaf(
    path,
    '$size',
    operand,
    (value) => Array.isArray(value) && BigInt(value.length) === length,
    false,
  )
}

function firstName(value: Value | undefined): string | undefined {
  return isDoc(value) ? value.keys().next().value : undefined
}

function oneOfAll(path: string, item: Value, scope: Scope): Predicate {
  if (item instanceof BSONRegExp) return matchesRegex(path, item)
  if (isOperators(item)) fail(2, 'no $ expressions in $all')
  return equals(path, item, scope, new Map())!
}

function someElement(test: Test): Test {
  return (value, details) => {
    if (!Array.isArray(value)) return false
    for (let i = 0; i < value.length; i++) {
      if (!test(value[i])) continue
      if (details) details.index = i
      return true
    }
    return false
  }
}

// An array among the elements is asked as a document of its positions.
function documentTest(match: Match): Test {
  return (value) => {
    if (isDoc(value)) return match(value)
    return Array.isArray(value) && match(new Map(value.map((item, i) => [String(i), item])))
  }
}
