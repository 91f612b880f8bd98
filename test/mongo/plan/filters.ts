import * as fc from 'fast-check'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  toDouble,
  UNDEFINED,
  type Doc,
  type Value,
} from '../../../src/mongo/bson/value.ts'

/** Few enough that a condition finds something, and of every type. */
const scalars: readonly Value[] = [
  0,
  1,
  2,
  3,
  1n,
  toDouble(1),
  2.5,
  toDouble(-0),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -(2n ** 63n),
  9007199254740993n,
  2 ** 53,
  Decimal128.fromString('1.0'),
  Decimal128.fromString('2.5'),
  Decimal128.fromString('NaN'),
  Decimal128.fromString('-Infinity'),
  Decimal128.fromString('1E-3'),
  '',
  'a',
  'A',
  'ab',
  'b',
  'ä',
  'a\0b',
  new BSONSymbol('a'),
  null,
  UNDEFINED,
  true,
  false,
  new Date(0),
  new Date(-5),
  new Timestamp({ t: 1, i: 1 }),
  new ObjectId('0123456789abcdef01234567'),
  new ObjectId('f123456789abcdef01234567'),
  new Binary(Buffer.from([1, 2]), 0),
  new Binary(Buffer.from([1]), 5),
  new BSONRegExp('^a', ''),
  new BSONRegExp('b', 'i'),
  new Code('f()'),
  new MinKey(),
  new MaxKey(),
]
export const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 4, arbitrary: fc.constantFrom(...scalars) },
)
const inner: fc.Arbitrary<Value> = fc
  .record({ x: scalar, y: scalar }, { requiredKeys: [] })
  .map((one): Value => toDoc(one))
const element: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 3, arbitrary: inner },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
)
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 3, arbitrary: fc.array(element, { maxLength: 3 }) },
  { weight: 2, arbitrary: inner },
  {
    weight: 1,
    arbitrary: fc.array(element, { maxLength: 2 }).map((x): Value => new Map<string, Value>([['x', x]])),
  },
)
// At most one of the fields may hold an array as a rule: a compound index refuses two.
export const fields: fc.Arbitrary<Doc> = fc
  .record(
    { a: value, b: fc.oneof({ weight: 9, arbitrary: scalar }, { weight: 1, arbitrary: value }), c: scalar },
    { requiredKeys: [] },
  )
  .map((one): Doc => new Map(Object.entries(one).filter(([, each]) => each !== undefined)))

export const paths: readonly string[] = ['a', 'b', 'c', 'a.x', 'a.y', 'b.x', 'a.0', 'a.x.0']
export const path: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'a', 'b', 'b', 'c') },
  { weight: 1, arbitrary: fc.constantFrom(...paths, '_id') },
)
export const operand: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 1, arbitrary: value },
)
export function one(name: string, given: Value): Doc {
  return new Map([[name, given]])
}
const operator: fc.Arbitrary<Doc> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), operand)
      .map(([name, given]) => one(name, given)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom('$gt', '$gte'), operand, fc.constantFrom('$lt', '$lte'), operand).map(
      ([low, from, high, to]): Doc =>
        new Map([
          [low, from],
          [high, to],
        ]),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('$in', '$nin'), fc.array(operand, { maxLength: 4 }))
      .map(([name, given]) => one(name, given)),
  },
  { weight: 1, arbitrary: fc.boolean().map((there) => one('$exists', there)) },
  { weight: 1, arbitrary: fc.nat(2).map((size) => one('$size', size)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Value>('number', 'string', 'array', 'object', 'null', 'date', 1, [
        'int',
        'bool',
        'decimal',
      ])
      .map((type) => one('$type', type)),
  },
  { weight: 1, arbitrary: fc.array(operand, { minLength: 1, maxLength: 2 }).map((all) => one('$all', all)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(['^a', ''], ['^a', 'i'], ['b', ''], ['^(a|b)', ''], ['^ab?', ''], ['^', ''])
      .map(
        ([source, options]): Doc =>
          new Map<string, Value>([
            ['$regex', source as string],
            ['$options', options as string],
          ]),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2)).map((pair) => one('$mod', pair)),
  },
  { weight: 1, arbitrary: fc.nat(3).map((bits) => one('$bitsAnySet', bits)) },
)
const condition: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: operand },
  { weight: 10, arbitrary: operator },
  { weight: 1, arbitrary: operator.map((inside): Value => one('$not', inside)) },
  { weight: 2, arbitrary: operator.map((inside): Value => one('$elemMatch', inside)) },
  {
    weight: 1,
    arbitrary: fc.tuple(operator, operand).map(([x, y]): Value =>
      one(
        '$elemMatch',
        new Map<string, Value>([
          ['x', x],
          ['y', y],
        ]),
      ),
    ),
  },
)
const conjunction: fc.Arbitrary<Doc> = fc
  .array(fc.tuple(path, condition), { minLength: 1, maxLength: 2 })
  .map((pairs) => new Map(pairs))
export const filter: fc.Arbitrary<Doc> = fc.letrec<{ any: Doc }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 6, arbitrary: conjunction },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom('$or', '$or', '$and', '$nor'),
          fc.array(tie('any'), { minLength: 1, maxLength: 3 }),
          conjunction,
        )
        .map(([name, all, rest]): Doc => new Map<string, Value>([[name, all], ...rest])),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('$eq', '$gt', '$lte'), operand)
        .map(([name, given]) => one('$expr', one(name, ['$a', one('$literal', given)]))),
    },
  ),
})).any
