import { makeDecimal, parseDecimal } from '../bson/decimal.ts'
import { fail, MongoError } from '../bson/errors.ts'
import { asNumber, fitsInt64, isNotANumber, truncateToBigInt } from '../bson/numeric.ts'
import { nameOfType, typeNumbers } from '../bson/type.ts'
import {
  Binary,
  dateMillis,
  Decimal128,
  Double,
  isNumber,
  makeDate,
  ObjectId,
  Timestamp,
  toDouble,
} from '../bson/value.ts'
import type { Numeric, Value } from '../bson/value.ts'
import { isoString } from './date/format.ts'
import { parseDate } from './date/parse.ts'
import { UTC } from './date/time-zone.ts'
import { isDoc } from '../bson/value.ts'
import { fold } from './constant.ts'
import { isNullish, typeOf } from './missing.ts'
import { int32Of, toDecimal } from './number.ts'
import { apply, compileArguments, compileNamed } from './operands.ts'
import { printDouble, printValue } from './print.ts'
import { isTrue } from './truth.ts'
import type { CompileOperator, Expression, OperatorTable, Scope } from './types.ts'

const CONVERSION_FAILURE = 241
const FAILED_TO_PARSE = 9
const TAIL = 'in $convert with no onError value'

interface BinaryOptions {
  readonly format: string | undefined
  readonly subtype: number
}

function refuse(words: string): never {
  return fail(CONVERSION_FAILURE, words)
}

/** Types that convert to themselves; documents and arrays convert to nothing. */
const IDENTICAL = new Set(['double', 'string', 'objectId', 'date', 'int', 'long', 'decimal'])

function convert(value: Value, target: string, options: BinaryOptions): Value {
  const from = typeOf(value)
  if (target === 'bool') return isTrue(value)
  if (from === target && IDENTICAL.has(target)) return value
  const converted = converters[target]?.(value, options)
  return converted ?? refuse(`Unsupported conversion from ${from} to ${target} ${TAIL}`)
}

type Converter = (value: Value, options: BinaryOptions) => Value | undefined

const converters: Readonly<Record<string, Converter>> = {
  double(value) {
    if (typeof value === 'boolean') return toDouble(Number(value))
    if (value instanceof Date) return toDouble(Number(dateMillis(value)))
    if (typeof value === 'string') return parseDouble(value)
    if (!isNumber(value)) return undefined
    const number = asNumber(value)
    const overflow = value instanceof Decimal128 && !Number.isFinite(number)
    if (overflow && parseDecimal(value).kind === 'finite') refuseOverflow(value)
    return toDouble(number)
  },
  int(value) {
    if (typeof value === 'boolean') return Number(value)
    if (typeof value === 'string') return Number(parseWhole(value, -2147483648n, 2147483647n))
    if (!isNumber(value)) return undefined
    const whole = truncate(value)
    if (whole < -2147483648n || whole > 2147483647n) refuseOverflow(value)
    return Number(whole)
  },
  long(value) {
    if (typeof value === 'boolean') return BigInt(value)
    if (value instanceof Date) return BigInt(dateMillis(value))
    if (typeof value === 'string') return parseWhole(value, -(2n ** 63n), 2n ** 63n - 1n)
    return isNumber(value) ? toLong(value) : undefined
  },
  decimal(value) {
    if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0')
    if (value instanceof Date) return Decimal128.fromString(String(dateMillis(value)))
    if (typeof value === 'string') return parseDecimalText(value)
    return isNumber(value) ? toDecimal(value) : undefined
  },
  string(value, options) {
    if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
    if (typeof value === 'number') return printDouble(value)
    if (value instanceof Double) return printDouble(value.value)
    if (value instanceof Decimal128) return value.toString()
    if (value instanceof ObjectId) return value.toHexString()
    if (value instanceof Date) return isoString(value.getTime())
    return value instanceof Binary ? binaryToText(value, options) : undefined
  },
  date(value) {
    if (typeof value === 'string') return makeDate(BigInt(Math.trunc(parseDate(value, UTC))))
    if (value instanceof ObjectId) return value.getTimestamp()
    if (value instanceof Timestamp) return new Date(value.t * 1000)
    if (!isNumber(value) || typeOf(value) === 'int') return undefined
    return makeDate(toLong(value))
  },
  objectId(value) {
    if (typeof value !== 'string') return undefined
    if (/^[0-9a-fA-F]{24}$/.test(value)) return new ObjectId(value)
    const why =
      value.length === 24
        ? `Invalid character found in hex string: '${/[^0-9a-fA-F]/.exec(value)?.[0] ?? ''}'`
        : `Invalid string length for parsing to OID, expected 24 but found ${value.length}`
    return refuse(`Failed to parse objectId '${value}' ${TAIL}: ${why}`)
  },
  binData(value, options) {
    if (value instanceof Binary) {
      if (value.sub_type === options.subtype) return value
      return refuse('Conversions between different BinData subtypes are not supported')
    }
    return typeof value === 'string' ? textToBinary(value, options) : undefined
  },
}

function truncate(value: Numeric): bigint {
  if (isNotANumber(value)) refuse(`Attempt to convert NaN value to integer type ${TAIL}`)
  const infinite =
    value instanceof Decimal128 ? parseDecimal(value).kind === 'infinite' : !isFinite(asNumber(value))
  if (infinite) refuse(`Attempt to convert infinity value to integer type ${TAIL}`)
  return truncateToBigInt(value) as bigint
}

function toLong(value: Numeric): bigint {
  const whole = truncate(value)
  if (!fitsInt64(whole)) refuseOverflow(value)
  return whole
}

function refuseOverflow(value: Numeric): never {
  return refuse(`Conversion would overflow target type ${TAIL}: ${printValue(value)}`)
}

function refuseNumber(text: string, why: string): never {
  if (text.startsWith('0x')) refuse(`Illegal hexadecimal input ${TAIL}: ${text}`)
  return refuse(`Failed to parse number '${text}' ${TAIL}: ${why}`)
}

function parseWhole(text: string, least: bigint, most: bigint): bigint {
  if (!/^[+-]?\d+$/.test(text)) {
    return refuseNumber(text, text === '' ? 'No digits' : 'Did not consume whole string.')
  }
  const whole = BigInt(text.replace('+', ''))
  if (whole < least || whole > most) refuseNumber(text, 'Overflow')
  return whole
}

const SPECIAL = /^([+-]?)(?:(nan)|(inf(?:inity)?))$/i

function parseDouble(text: string): Value {
  const special = SPECIAL.exec(text)
  if (special) return special[2] ? NaN : special[1] === '-' ? -Infinity : Infinity
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    return refuseNumber(text, text === '' ? 'Empty string' : 'Did not consume whole string.')
  }
  const number = Number(text)
  if (!Number.isFinite(number)) refuseNumber(text, 'Out of range')
  return toDouble(number)
}

function parseDecimalText(text: string): Value {
  const special = SPECIAL.exec(text)
  if (special)
    return Decimal128.fromString(special[2] ? 'NaN' : special[1] === '-' ? '-Infinity' : 'Infinity')
  const match = /^([+-]?)(\d+\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/.exec(text)
  if (!match) {
    return refuseNumber(text, text === '' ? 'Empty string' : 'Failed to parse string to decimal')
  }
  const fraction = match[3] ?? match[4] ?? ''
  const decimal = makeDecimal({
    kind: 'finite',
    negative: match[1] === '-',
    coefficient: BigInt((match[2] ?? '').replace('.', '')),
    exponent: Number(match[5] ?? 0) - fraction.length,
  })
  if (parseDecimal(decimal).kind === 'infinite')
    refuseNumber(text, 'Conversion from string to decimal would overflow')
  return decimal
}

const ENCODINGS: Readonly<Record<string, BufferEncoding>> = {
  base64: 'base64',
  base64url: 'base64url',
  hex: 'hex',
  utf8: 'utf8',
}

function binaryToText(value: Binary, { format }: BinaryOptions): Value {
  if (format === undefined) {
    // The misspelling is the server's.
    return fail(4341115, "Format must be speficied when converting from 'binData' to 'string'")
  }
  const bytes = Buffer.from(value.buffer.subarray(0, value.position))
  const wrong = (why: string): never =>
    refuse(`Failed to convert '${printValue(value)}' to string ${TAIL}: ${why}`)
  const isUuid = value.sub_type === 4 && bytes.length === 16
  if (format === 'uuid' && !isUuid) wrong('BinData does not represent a valid UUID')
  if (isUuid && (format === 'uuid' || format === 'auto')) {
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }
  if (format === 'hex') return bytes.toString('hex').toUpperCase()
  const text = bytes.toString(format === 'auto' ? 'base64' : ENCODINGS[format])
  if (format === 'utf8' && !Buffer.from(text).equals(bytes)) {
    wrong('BinData does not represent a valid UTF-8 string')
  }
  return text
}

function textToBinary(text: string, { format, subtype }: BinaryOptions): Value {
  if (format === undefined) {
    return fail(4341115, "Format must be speficied when converting from 'string' to 'binData'")
  }
  const refuseText = (why: string): never => refuse(`Failed to parse BinData '${text}' ${TAIL}: ${why}`)
  const wrong = (): never => refuseText(`Input is not a valid ${format} string`)
  if ((format === 'uuid') !== (subtype === 4)) {
    refuseText("Only the 'uuid' format is allowed with the UUID subtype")
  }
  if (format === 'auto') refuseText("Invalid format 'auto'")
  if (format === 'uuid') {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) wrong()
    return new Binary(Buffer.from(text.replaceAll('-', ''), 'hex'), 4)
  }
  const encoding = ENCODINGS[format] as BufferEncoding
  const bytes = Buffer.from(text, encoding)
  const back = bytes.toString(encoding)
  const fine = format === 'hex' ? back === text.toLowerCase() : back === text
  if (!fine) wrong()
  return new Binary(bytes, subtype)
}

function readTarget(value: Value): string {
  if (typeof value === 'string') {
    if (value === 'missing') return 'missing'
    return typeNumbers.has(value) ? value : fail(2, `Unknown type name: ${value}`)
  }
  if (!isNumber(value)) {
    return fail(
      FAILED_TO_PARSE,
      `$convert's 'to' argument must be a string or number, but is ${typeOf(value)}`,
    )
  }
  const code = int32Of(value)
  if (code === undefined) {
    return fail(FAILED_TO_PARSE, "In $convert, numeric 'to' argument is not an integer")
  }
  const words = "In $convert, numeric value for 'to' does not correspond to a BSON type"
  return code === 0 ? 'missing' : (nameOfType(code) ?? fail(FAILED_TO_PARSE, `${words}: ${code}`))
}

/** `to` may be a document `{type, subtype}`. */
function readTo(value: Value): { target: string; subtype: number } {
  if (!isDoc(value)) return { target: readTarget(value), subtype: 0 }
  const type = value.get('type')
  if (type === undefined) return fail(40414, "BSON field '$convert.to.type' is missing but a required field")
  const subtype = int32Of(value.get('subtype') ?? 0)
  return {
    target: readTarget(type),
    subtype: subtype ?? fail(2, 'In $convert, the subtype must be an integer'),
  }
}

const compileConvert: CompileOperator = (operand, scope, name) => {
  const named = compileNamed(operand, scope, name, {
    required: { input: FAILED_TO_PARSE, to: FAILED_TO_PARSE },
    optional: ['onError', 'onNull', 'format', 'byteOrder'],
    notObject: [
      FAILED_TO_PARSE,
      (op, type) => `${op} expects an object of named arguments but found: ${type}`,
    ],
    unknown: [FAILED_TO_PARSE, (op, what) => `${op} found an unknown argument: ${what}`],
  })
  const { input, to, onError, onNull, format } = named
  const evaluate: Expression = (doc, variables) => {
    const target = to?.(doc, variables)
    const value = input?.(doc, variables)
    const read = isNullish(target) ? undefined : readTo(target)
    if (isNullish(value)) return onNull ? onNull(doc, variables) : null
    if (!read) return null
    const options = { format: readFormat(format?.(doc, variables)), subtype: read.subtype }
    try {
      return convert(value, read.target, options)
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === CONVERSION_FAILURE) {
        return onError(doc, variables)
      }
      throw error
    }
  }
  const given = [input, to, onError, onNull, format].filter((each) => each !== undefined)
  return fold(evaluate, given)
}

function readFormat(value: Value | undefined): string | undefined {
  if (isNullish(value)) return undefined
  if (typeof value === 'string' && (value in ENCODINGS || value === 'uuid' || value === 'auto')) return value
  return fail(4341107, `Invalid 'format' argument for $convert: ${printValue(value)}`)
}

function alias(target: string): CompileOperator {
  return (operand: Value, scope: Scope, name: string) => {
    const operands = compileArguments(operand, scope)
    if (operands.length !== 1) fail(50723, `${name} requires a single argument, got ${operands.length}`)
    const options = { format: target === 'string' ? 'auto' : undefined, subtype: 0 }
    return apply(operands, ([value]) => (isNullish(value) ? null : convert(value, target, options)))
  }
}

export const convertOperators: OperatorTable = {
  $convert: compileConvert,
  $toString: alias('string'),
  $toObjectId: alias('objectId'),
  $toDate: alias('date'),
  $toDouble: alias('double'),
  $toInt: alias('int'),
  $toLong: alias('long'),
  $toDecimal: alias('decimal'),
  $toBool: alias('bool'),
  $toUUID(operand, scope, name) {
    const operands = compileArguments(operand, scope)
    if (operands.length !== 1) fail(50723, `${name} requires a single argument, got ${operands.length}`)
    const options = { format: 'uuid', subtype: 4 }
    return apply(operands, ([value]) => (isNullish(value) ? null : convert(value, 'binData', options)))
  },
}
