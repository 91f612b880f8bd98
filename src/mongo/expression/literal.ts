import { encode } from '../bson/codec.ts'
import { fail } from '../bson/errors.ts'
import { isDoc, toDouble } from '../bson/value.ts'
import { constant, fold } from './constant.ts'
import { hashedKey } from './hashed-key.ts'
import { isNullish, typeOf } from './missing.ts'
import { exactly } from './operands.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

/** Metadata that only a text or geo query would give, as errors call it. */
const SOUGHT: Readonly<Record<string, string>> = {
  textScore: 'text score',
  geoNearDistance: '$geoNear distance',
  geoNearPoint: '$geoNear point',
}
/** Metadata that a document may have or not. */
const PLAIN_METADATA = [
  'randVal',
  'recordId',
  'indexKey',
  'sortKey',
  'searchScore',
  'searchHighlights',
  'searchScoreDetails',
  'vectorSearchScore',
]

const compileMeta: CompileOperator = (operand) => {
  if (typeof operand !== 'string') return fail(17307, '$meta only supports string arguments')
  const sought = Object.hasOwn(SOUGHT, operand) ? SOUGHT[operand] : undefined
  if (sought) return fail(40218, `query requires ${sought} metadata, but it is not available`)
  if (PLAIN_METADATA.includes(operand)) return constant(undefined)
  return fail(17308, `Unsupported argument to $meta: ${operand}`)
}

function refused(name: string): CompileOperator {
  return () => fail(115, `${name} is not supported by the embedded store; use a MongoDB server`)
}

export const literalOperators: OperatorTable = {
  $literal: (operand) => constant(operand),
  $const: (operand) => constant(operand),
  $rand(operand) {
    const size = isDoc(operand) ? operand.size : Array.isArray(operand) ? operand.length : undefined
    if (size === undefined) fail(10065, 'invalid parameter: expected an object ($rand)')
    if (size > 0) fail(3040501, '$rand does not currently accept arguments')
    return () => toDouble(Math.random())
  },
  $meta: compileMeta,
  $bsonSize: exactly(1, ([value]) => {
    if (isNullish(value)) return null
    if (isDoc(value)) return encode(value).length
    return fail(31393, `$bsonSize requires a document input, found: ${typeOf(value)}`)
  }),
  $function: refused('$function'),
  $accumulator: refused('$accumulator'),
  // The operand is one expression, even where it is an array.
  $toHashedIndexKey(operand, scope) {
    const value = scope.compile(operand)
    return fold((doc, variables) => hashedKey(value(doc, variables) ?? null), [value])
  },
}
