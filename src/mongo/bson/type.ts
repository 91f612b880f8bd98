import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DbPointer,
  Decimal128,
  Double,
  isInt32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from './value.ts'

const names: Record<number, string> = {
  [-1]: 'minKey',
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  6: 'undefined',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  12: 'dbPointer',
  13: 'javascript',
  14: 'symbol',
  15: 'javascriptWithScope',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
  127: 'maxKey',
}

/** Type numbers by the alias `$type` and `bsonType` take ("number" stands for several and is not here). */
export const typeNumbers: ReadonlyMap<string, number> = new Map(
  Object.entries(names).map(([number, name]) => [name, Number(number)]),
)

/** Name of a type number, as `$type` spells it. */
export function nameOfType(number: number): string | undefined {
  return names[number]
}

/** BSON type number of a value: 1 double ... 19 decimal, -1 minKey, 127 maxKey. */
export function typeNumber(v: Value): number {
  switch (typeof v) {
    case 'string':
      return 2
    case 'number':
      return isInt32(v) ? 16 : 1
    case 'boolean':
      return 8
    case 'bigint':
      return 18
    default:
  }
  if (v === null) return 10
  if (v instanceof Map) return 3
  if (Array.isArray(v)) return 4
  if (v instanceof ObjectId) return 7
  if (v instanceof Date) return 9
  if (v instanceof Double) return 1
  if (v instanceof Decimal128) return 19
  if (v instanceof Binary) return 5
  if (v instanceof Timestamp) return 17
  if (v instanceof BSONRegExp) return 11
  if (v instanceof MinKey) return -1
  if (v instanceof MaxKey) return 127
  if (v instanceof Code) return v.scope ? 15 : 13
  if (v instanceof BSONSymbol) return 14
  if (v instanceof DbPointer) return 12
  return 6
}

/** Type name of a value, as `$type` spells it. A missing field is "missing". */
export function typeName(v: Value | undefined): string {
  return v === undefined ? 'missing' : names[typeNumber(v)]!
}

/**
 * The class a value sorts in. Values of a lower class sort first; numbers share one class, so do strings and symbols.
 */
export function canonicalType(v: Value | undefined): number {
  switch (typeof v) {
    case 'number':
    case 'bigint':
      return 10
    case 'string':
      return 15
    case 'boolean':
      return 40
    case 'undefined':
      return 5
    default:
  }
  if (v === null) return 5
  return canonicalOfType(typeNumber(v))
}

/** The sort class of a type number. */
export function canonicalOfType(type: number): number {
  switch (type) {
    case 1:
    case 16:
    case 18:
    case 19:
      return 10
    case 2:
    case 14:
      return 15
    case 3:
      return 20
    case 4:
      return 25
    case 5:
      return 30
    case 6:
      return 0
    case 7:
      return 35
    case 8:
      return 40
    case 9:
      return 45
    case 10:
      return 5
    case 11:
      return 50
    case 12:
      return 55
    case 13:
      return 60
    case 15:
      return 65
    case 17:
      return 47
    default:
      return type
  }
}
