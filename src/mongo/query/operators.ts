import { all, elemMatch, size } from './array.ts'
import { bitsAllClear, bitsAllSet, bitsAnyClear, bitsAnySet } from './bitwise.ts'
import {
  equals,
  greaterOrEqual,
  greaterThan,
  lessOrEqual,
  lessThan,
  notEquals,
  notWithin,
  within,
} from './comparison.ts'
import { exists, hasType } from './element.ts'
import {
  alwaysFalse,
  alwaysTrue,
  comment,
  expr,
  jsonSchema,
  mod,
  refusedOperator,
  sampleRate,
  text,
  where,
} from './evaluation.ts'
import { and, nor, not, or } from './logical.ts'
import { options, regex } from './regex.ts'
import type { FieldOperator, TopOperator } from './scope.ts'

/** Operators on a field: `{ a: { $gt: 1 } }`. */
export const fieldOperators: ReadonlyMap<string, FieldOperator> = new Map([
  ['$eq', equals],
  ['$ne', notEquals],
  ['$lt', lessThan],
  ['$lte', lessOrEqual],
  ['$gt', greaterThan],
  ['$gte', greaterOrEqual],
  ['$in', within],
  ['$nin', notWithin],
  ['$not', not],
  ['$exists', exists],
  ['$type', hasType],
  ['$mod', mod],
  ['$regex', regex],
  ['$options', options],
  ['$elemMatch', elemMatch],
  ['$all', all],
  ['$size', size],
  ['$bitsAllSet', bitsAllSet],
  ['$bitsAllClear', bitsAllClear],
  ['$bitsAnySet', bitsAnySet],
  ['$bitsAnyClear', bitsAnyClear],
  ...['$geoWithin', '$geoIntersects', '$near', '$nearSphere', '$geoNear', '$within'].map(
    (name): [string, FieldOperator] => [name, refusedOperator(name)],
  ),
])

/** Operators in the place of a field: `{ $or: [...] }`. */
export const topOperators: ReadonlyMap<string, TopOperator> = new Map([
  ['$and', and],
  ['$or', or],
  ['$nor', nor],
  ['$expr', expr],
  ['$jsonSchema', jsonSchema],
  ['$comment', comment],
  ['$sampleRate', sampleRate],
  ['$alwaysTrue', alwaysTrue],
  ['$alwaysFalse', alwaysFalse],
  ['$where', where],
  ['$text', text],
])
