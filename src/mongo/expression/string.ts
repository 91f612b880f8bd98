import { compareStrings } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { truncateToBigInt } from '../bson/numeric.ts'
import { Binary, BSONRegExp, isNumber } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { readBound } from './array.ts'
import { apply } from './operands.ts'
import { isNullish, typeOf } from './missing.ts'
import { int32Of } from './number.ts'
import { between, exactly, readNamed, variadic } from './operands.ts'
import { printValue } from './print.ts'
import { codePoints, coerceText, toLowerAscii, toUpperAscii } from './text.ts'
import type { CompileOperator, Expression, OperatorTable } from './types.ts'

function concat(values: readonly (Value | undefined)[]): Value {
  let text = ''
  for (const value of values) {
    if (isNullish(value)) return null
    if (typeof value !== 'string') return fail(16702, `$concat only supports strings, not ${typeOf(value)}`)
    text += value
  }
  return text
}

function indexOfBytes(values: readonly (Value | undefined)[], name: string): Value {
  const found = readSearch(values, name, 40091)
  if (!found) return null
  const [text, token] = found.map((each) => Buffer.from(each)) as [Buffer, Buffer]
  const start = values.length > 2 ? readBound(values[2], name, 'starting index') : 0
  const end = values.length > 3 ? readBound(values[3], name, 'ending index') : text.length
  if (start > text.length || end < start) return -1
  return text.subarray(0, end).indexOf(token, start)
}

function indexOfCodePoints(values: readonly (Value | undefined)[], name: string): Value {
  const found = readSearch(values, name, 40093)
  if (!found) return null
  const [text, token] = found.map(codePoints) as [string[], string[]]
  const start = values.length > 2 ? readBound(values[2], name, 'starting index') : 0
  const bound = values.length > 3 ? readBound(values[3], name, 'ending index') : text.length
  const end = Math.min(bound, text.length)
  if (text.length === 0 && token.length === 0 && start === 0) return 0
  for (let index = start; index < end; index++) {
    if (token.every((each, offset) => text[index + offset] === each)) return index
  }
  return -1
}

function readSearch(
  values: readonly (Value | undefined)[],
  name: string,
  code: number,
): [text: string, token: string] | undefined {
  const [text, token] = values
  if (isNullish(text)) return undefined
  if (typeof text !== 'string') {
    return fail(code, `${name} requires a string as the first argument, found: ${typeOf(text)}`)
  }
  if (typeof token !== 'string') {
    return fail(code + 1, `${name} requires a string as the second argument, found: ${typeOf(token)}`)
  }
  return [text, token]
}

function substrBytes([value, from, count]: readonly (Value | undefined)[], name: string): Value {
  const bytes = Buffer.from(coerceText(value))
  const start = truncated(from, 16034, `${name}:  starting index`)
  const length = truncated(count, 16035, `${name}:  length`)
  if (start < 0) fail(50752, `${name}:  starting index must be non-negative (got: ${start})`)
  const end = length < 0 ? bytes.length : start + length
  if (isContinuation(bytes[start])) {
    fail(28656, `${name}:  Invalid range, starting index is a UTF-8 continuation byte.`)
  }
  if (isContinuation(bytes[end])) {
    fail(28657, `${name}:  Invalid range, ending index is in the middle of a UTF-8 character.`)
  }
  return bytes.toString('utf8', start, Math.min(end, bytes.length))
}

function truncated(value: Value | undefined, code: number, which: string): number {
  if (!isNumber(value)) return fail(code, `${which} must be a numeric type (is BSON type ${typeOf(value)})`)
  return Number(truncateToBigInt(value) ?? 0n)
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

function substrCodePoints([value, from, count]: readonly (Value | undefined)[], name: string): Value {
  const text = coerceText(value)
  const start = bound32(from, 34450, `${name}: starting index`)
  const length = bound32(count, 34452, `${name}: length`)
  if (length < 0) fail(34454, `${name}: length must be a nonnegative integer.`)
  if (start < 0) fail(34455, `${name}: the starting index must be nonnegative integer.`)
  return codePoints(text)
    .slice(start, start + length)
    .join('')
}

function bound32(value: Value | undefined, code: number, which: string): number {
  if (!isNumber(value)) return fail(code, `${which} must be a numeric type (is BSON type ${typeOf(value)})`)
  const words = `${which} cannot be represented as a 32-bit integral value`
  return int32Of(value) ?? fail(code + 1, `${words}: ${printValue(value)}`)
}

/** What `$trim` takes off when it is not told; a null byte among them. */
const BLANKS = '\0 \t\n\v\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A'

function trimming(left: boolean, right: boolean): CompileOperator {
  return (operand, scope, name) => {
    const named = readNamed(operand, name, {
      required: { input: 50695 },
      optional: ['chars'],
      notObject: [50696, (op, type) => `${op} only supports an object as an argument, found ${type}`],
      unknown: [50694, (op, what) => `${op} found an unknown argument: ${what}`],
      missing: (op) => `${op} requires an 'input' field`,
    })
    const input = scope.compile(named.get('input') as Value)
    const chars = named.has('chars') ? scope.compile(named.get('chars') as Value) : undefined
    const operands = chars ? [input, chars] : [input]
    return apply(operands, ([value, given]) => {
      if (isNullish(value)) return null
      if (typeof value !== 'string') {
        const found = `${printValue(value)} (of type ${typeOf(value)})`
        return fail(50699, `${name} requires its input to be a string, got ${found} instead.`)
      }
      if (!chars) return trim(value, BLANKS, left, right)
      if (isNullish(given)) return null
      if (typeof given !== 'string') {
        const found = `${printValue(given)} (of type ${typeOf(given)})`
        return fail(50700, `${name} requires 'chars' to be a string, got ${found} instead.`)
      }
      return trim(value, given, left, right)
    })
  }
}

function trim(text: string, chars: string, left: boolean, right: boolean): string {
  const unwanted = new Set(chars)
  const points = codePoints(text)
  let start = 0
  let end = points.length
  if (left) while (start < end && unwanted.has(points[start] as string)) start++
  if (right) while (end > start && unwanted.has(points[end - 1] as string)) end--
  return points.slice(start, end).join('')
}

function replacing(all: boolean): CompileOperator {
  return (operand, scope, name) => {
    const named = readNamed(operand, name, {
      required: { input: 51749, find: 51748, replacement: 51747 },
      notObject: [51751, (op, type) => `${op} requires an object as an argument, found: ${type}`],
      unknown: [51750, (op, what) => `${op} found an unknown argument: ${what}`],
      missing: (op, what) => `${op} requires '${what}' to be specified`,
    })
    const parts = ['input', 'find', 'replacement'] as const
    const codes = { input: 51746, find: 51745, replacement: 51744 }
    const operands: Expression[] = parts.map((part) => scope.compile(named.get(part) as Value))
    return apply(operands, (values) => {
      const texts: string[] = []
      for (const [index, value] of values.entries()) {
        const part = parts[index] as (typeof parts)[number]
        if (isNullish(value)) continue
        if (typeof value !== 'string') {
          const found = printValue(value)
          return fail(codes[part], `${name} requires that '${part}' be a string, found: ${found}`)
        }
        texts.push(value)
      }
      if (texts.length < 3) return null
      const [input, find, replacement] = texts as [string, string, string]
      // A function, because $ in a replacement string has a meaning of its own.
      return all ? input.replaceAll(find, () => replacement) : input.replace(find, () => replacement)
    })
  }
}

function split([text, separator]: readonly (Value | undefined)[]): Value {
  if (isNullish(text) || isNullish(separator)) return null
  const words = '$split requires an expression that evaluates to a string as a'
  if (typeof text !== 'string') return fail(40085, `${words} first argument, found: ${typeOf(text)}`)
  if (separator instanceof BSONRegExp) {
    return fail(40086, `${words} second argument, found: regex`)
  }
  if (typeof separator !== 'string')
    return fail(40086, `${words} second argument, found: ${typeOf(separator)}`)
  if (separator === '') fail(40087, '$split requires a non-empty separator')
  return text.split(separator)
}

export const stringOperators: OperatorTable = {
  $concat: variadic(concat),
  $indexOfBytes: between(2, 4, (values, _scope, name) => indexOfBytes(values, name)),
  $indexOfCP: between(2, 4, (values, _scope, name) => indexOfCodePoints(values, name)),
  $substr: exactly(3, (values) => substrBytes(values, '$substrBytes')),
  $substrBytes: exactly(3, (values, _scope, name) => substrBytes(values, name)),
  $substrCP: exactly(3, (values, _scope, name) => substrCodePoints(values, name)),
  $strLenBytes: exactly(1, ([value]) =>
    typeof value === 'string'
      ? Buffer.byteLength(value)
      : fail(34473, `$strLenBytes requires a string argument, found: ${typeOf(value)}`),
  ),
  $strLenCP: exactly(1, ([value]) =>
    typeof value === 'string'
      ? codePoints(value).length
      : fail(34471, `$strLenCP requires a string argument, found: ${typeOf(value)}`),
  ),
  $strcasecmp: exactly(2, ([left, right]) =>
    Math.sign(compareStrings(toUpperAscii(coerceText(left)), toUpperAscii(coerceText(right)))),
  ),
  $toLower: exactly(1, ([value]) => toLowerAscii(coerceText(value))),
  $toUpper: exactly(1, ([value]) => toUpperAscii(coerceText(value))),
  $trim: trimming(true, true),
  $ltrim: trimming(true, false),
  $rtrim: trimming(false, true),
  $replaceOne: replacing(false),
  $replaceAll: replacing(true),
  $split: exactly(2, split),
  $binarySize: exactly(1, ([value]) => {
    if (isNullish(value)) return null
    if (typeof value === 'string') return Buffer.byteLength(value)
    if (value instanceof Binary) return value.length()
    return fail(51276, `$binarySize requires a string or BinData argument, found: ${typeOf(value)}`)
  }),
}
