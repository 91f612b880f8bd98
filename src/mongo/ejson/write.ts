import { fail } from '../bson/errors.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  dateMillis,
  DbPointer,
  Decimal128,
  type Doc,
  Double,
  isInt32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from '../bson/value.ts'
import { wrappers } from './wrappers.ts'

/**
 * A value as canonical MongoDB Extended JSON 2.0, on one line, fields in their order: what `readEjson` turns back into
 * the very same value. Source: specifications/extended-json.
 * @throws MongoError 2 for a document whose fields would read as a type of their own (`{ $oid: ... }`)
 */
export function writeEjson(value: Value): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      return isInt32(value) ? `{"$numberInt":"${value}"}` : writeDouble(value)
    case 'bigint':
      return `{"$numberLong":"${value}"}`
    default:
      if (value === null) return 'null'
      if (value instanceof Map) return writeDocument(value)
      return Array.isArray(value) ? `[${value.map(writeEjson).join(',')}]` : writeObject(value)
  }
}

function writeDocument(doc: Doc): string {
  const [first = ''] = doc.keys()
  if (wrappers.has(first)) {
    fail(2, `a document with a first field "${first}" would read as another type in Extended JSON`)
  }
  return `{${Array.from(doc, ([name, value]) => `${JSON.stringify(name)}:${writeEjson(value)}`).join(',')}}`
}

function writeDouble(value: number): string {
  const text = Object.is(value, -0) ? '-0.0' : Number.isInteger(value) ? integral(value) : String(value)
  return `{"$numberDouble":"${text}"}`
}

function integral(value: number): string {
  const text = String(value)
  return text.includes('e') ? text : `${text}.0`
}

function writeObject(value: Exclude<Value & object, Doc | Value[]>): string {
  if (value instanceof Double) return writeDouble(value.value)
  if (value instanceof ObjectId) return `{"$oid":"${value.toHexString()}"}`
  if (value instanceof Date) return `{"$date":{"$numberLong":"${dateMillis(value)}"}}`
  if (value instanceof Decimal128) return `{"$numberDecimal":"${value.toString()}"}`
  if (value instanceof Binary) {
    const base64 = Buffer.from(value.buffer.subarray(0, value.position)).toString('base64')
    return `{"$binary":{"base64":"${base64}","subType":"${value.sub_type.toString(16).padStart(2, '0')}"}}`
  }
  if (value instanceof Timestamp) return `{"$timestamp":{"t":${value.t},"i":${value.i}}}`
  if (value instanceof BSONRegExp) {
    return `{"$regularExpression":{"pattern":${JSON.stringify(value.pattern)},"options":${JSON.stringify(value.options)}}}`
  }
  if (value instanceof MinKey) return '{"$minKey":1}'
  if (value instanceof MaxKey) return '{"$maxKey":1}'
  if (value instanceof DbPointer) {
    return `{"$dbPointer":{"$ref":${JSON.stringify(value.namespace)},"$id":{"$oid":"${value.id.toHexString()}"}}}`
  }
  if (value instanceof BSONSymbol) return `{"$symbol":${JSON.stringify(value.value)}}`
  if (value instanceof Code) {
    const scope = value.scope ? `,"$scope":${writeEjson(value.scope as unknown as Doc)}` : ''
    return `{"$code":${JSON.stringify(value.code)}${scope}}`
  }
  return '{"$undefined":true}'
}
