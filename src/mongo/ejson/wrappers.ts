import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DbPointer,
  Decimal128,
  type Doc,
  makeDate,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  toDouble,
  UNDEFINED,
  type Value,
} from '../bson/value.ts'

/** The first field of an object that stands for a BSON type, and how the object is read; undefined when it is none. */
export const wrappers: ReadonlyMap<string, (object: Doc) => Value | undefined> = new Map<
  string,
  (object: Doc) => Value | undefined
>([
  ['$numberInt', (object) => ofText(object, '$numberInt', (text) => Number.parseInt(text, 10) | 0)],
  ['$numberLong', (object) => ofText(object, '$numberLong', (text) => BigInt.asIntN(64, BigInt(text)))],
  ['$numberDouble', (object) => ofText(object, '$numberDouble', (text) => toDouble(Number(text)))],
  ['$numberDecimal', (object) => ofText(object, '$numberDecimal', (text) => Decimal128.fromString(text))],
  ['$oid', (object) => ofText(object, '$oid', (text) => ObjectId.createFromHexString(text))],
  ['$symbol', (object) => ofText(object, '$symbol', (text) => new BSONSymbol(text))],
  ['$date', readDate],
  ['$binary', readBinary],
  ['$timestamp', readTimestamp],
  ['$regularExpression', readRegExp],
  ['$code', readCode],
  ['$dbPointer', readPointer],
  ['$minKey', (object) => (object.size === 1 ? new MinKey() : undefined)],
  ['$maxKey', (object) => (object.size === 1 ? new MaxKey() : undefined)],
  ['$undefined', (object) => (object.size === 1 ? UNDEFINED : undefined)],
])

function ofText(object: Doc, name: string, make: (text: string) => Value): Value | undefined {
  const text = object.get(name)
  return object.size === 1 && typeof text === 'string' ? make(text) : undefined
}

function inner(object: Doc, name: string): Doc | undefined {
  const value = object.get(name)
  return object.size === 1 && value instanceof Map ? value : undefined
}

function readDate(object: Doc): Value | undefined {
  const value = object.get('$date')
  if (object.size !== 1) return undefined
  if (typeof value === 'string') return new Date(value)
  return typeof value === 'bigint' || typeof value === 'number' ? makeDate(BigInt(value)) : undefined
}

function readBinary(object: Doc): Value | undefined {
  const { base64, subType } = Object.fromEntries(inner(object, '$binary') ?? [])
  if (typeof base64 !== 'string' || typeof subType !== 'string') return undefined
  return new Binary(Buffer.from(base64, 'base64'), Number.parseInt(subType, 16))
}

function readTimestamp(object: Doc): Value | undefined {
  const { t, i } = Object.fromEntries(inner(object, '$timestamp') ?? [])
  if (t === undefined || i === undefined) return undefined
  // Above 31 bits the numbers are read as int64 or double.
  const whole = (value: Value): number =>
    typeof value === 'object' && value !== null && 'value' in value ? Number(value.value) : Number(value)
  return new Timestamp({ t: whole(t), i: whole(i) })
}

function readRegExp(object: Doc): Value | undefined {
  const { pattern, options } = Object.fromEntries(inner(object, '$regularExpression') ?? [])
  return typeof pattern === 'string' && typeof options === 'string'
    ? new BSONRegExp(pattern, options)
    : undefined
}

function readPointer(object: Doc): Value | undefined {
  const { $ref, $id } = Object.fromEntries(inner(object, '$dbPointer') ?? [])
  return typeof $ref === 'string' && $id instanceof ObjectId ? new DbPointer($ref, $id) : undefined
}

function readCode(object: Doc): Value | undefined {
  const code = object.get('$code')
  const scope = object.get('$scope')
  if (typeof code !== 'string') return undefined
  if (object.size === 1) return new Code(code)
  // The scope stays as it is, fields in order: the encoder takes it so.
  return object.size === 2 && scope instanceof Map ? new Code(code, scope) : undefined
}
