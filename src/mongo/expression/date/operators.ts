import { addContext, fail, MongoError } from '../../bson/errors.ts'
import { Timestamp } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { isDoc } from '../../bson/value.ts'
import { fold } from '../constant.ts'
import { isNullish, typeOf } from '../missing.ts'
import { integerOf } from '../number.ts'
import { compileNamed, exactly, present } from '../operands.ts'
import { printValue } from '../print.ts'
import type { CompileOperator, Expression, OperatorTable, Variables } from '../types.ts'
import * as calendar from './calendar.ts'
import { checkFormat, formatDate, isoString } from './format.ts'
import { PARSE_SPECIFIERS, parseDate, parseDateBy } from './parse.ts'
import { fromWall, makeZoneReader, toWall, UTC } from './time-zone.ts'
import type { TimeZone } from './time-zone.ts'
import { dateOf, requireInstant } from './to-date.ts'

type ReadZone = (doc: Doc, variables: Variables) => TimeZone | undefined

/**
 * The zone an operator works in; undefined when its expression answers null.
 *
 * @param operator named in errors, where the server does so
 */
export function zoneReader(timezone: Expression | undefined, operator?: string): ReadZone {
  if (!timezone) return () => UTC
  const read = makeZoneReader()
  return (doc, variables) => {
    const value = timezone(doc, variables)
    if (isNullish(value)) return undefined
    try {
      if (typeof value === 'string') return read(value)
      return fail(40517, `timezone must evaluate to a string, found ${typeOf(value)}`)
    } catch (error) {
      throw operator ? addContext(error, `${operator} parameter 'timezone' value parsing failed`) : error
    }
  }
}

/** `$year` and its like: a date, or `{date, timezone}`. */
function part(read: (wall: number) => Value): CompileOperator {
  return (operand, scope, name) => {
    const [first] = isDoc(operand) ? operand.keys() : []
    const spec = isDoc(operand) && !first?.startsWith('$') ? operand : undefined
    const { date, timezone } = spec
      ? compileNamed(spec, scope, name, {
          required: { date: 40539 },
          optional: ['timezone'],
          notObject: [40535],
          unknown: [40535, (op, what) => `unrecognized option to ${op}: "${what}"`],
          missing: (op) => `missing 'date' argument to ${op}, provided: ${name}: ${printValue(spec)}`,
        })
      : { date: single(operand, name, scope.compile), timezone: undefined }
    const readZone = zoneReader(timezone)
    const evaluate: Expression = (doc, variables) => {
      const value = date?.(doc, variables)
      if (isNullish(value)) return null
      const instant = requireInstant(value)
      const zone = readZone(doc, variables)
      return zone ? read(toWall(instant, zone)) : null
    }
    return fold(evaluate, present({ date, timezone }))
  }
}

function single(operand: Value, name: string, compile: (operand: Value) => Expression): Expression {
  if (!Array.isArray(operand)) return compile(operand)
  if (operand.length !== 1) {
    fail(40536, `${name} accepts exactly one argument if given an array, but was given ${operand.length}`)
  }
  return compile(operand[0] as Value)
}

const compileToParts: CompileOperator = (operand, scope, name) => {
  const named = compileNamed(operand, scope, name, {
    required: { date: 40522 },
    optional: ['timezone', 'iso8601'],
    notObject: [40524],
    unknown: [40520],
  })
  const { date, timezone, iso8601 } = named
  const readZone = zoneReader(timezone)
  const evaluate: Expression = (doc, variables) => {
    const value = date?.(doc, variables)
    const zone = readZone(doc, variables)
    if (!zone) return null
    const iso = iso8601 ? iso8601(doc, variables) : false
    if (isNullish(iso)) return null
    if (typeof iso !== 'boolean') return fail(40521, `iso8601 must evaluate to a bool, found ${typeOf(iso)}`)
    if (isNullish(value)) return null
    const wall = toWall(requireInstant(value), zone)
    const { hour, minute, second, millisecond, ...day } = calendar.splitParts(wall)
    const { year, week } = calendar.isoWeek(wall)
    const days = iso ? { isoWeekYear: year, isoWeek: week, isoDayOfWeek: calendar.isoDayOfWeek(wall) } : day
    return new Map(Object.entries({ ...days, hour, minute, second, millisecond }))
  }
  return fold(evaluate, present(named))
}

const compileFromParts: CompileOperator = (operand, scope, name) => {
  const named = compileNamed(operand, scope, name, {
    required: {},
    optional: [
      'year',
      'month',
      'day',
      'hour',
      'minute',
      'second',
      'millisecond',
      'isoWeekYear',
      'isoWeek',
      'isoDayOfWeek',
      'timezone',
    ],
    notObject: [40519],
    unknown: [40518],
  })
  if (!named['year'] && !named['isoWeekYear']) {
    fail(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
  }
  if (named['year'] && (named['isoWeekYear'] ?? named['isoWeek'] ?? named['isoDayOfWeek'])) {
    fail(40489, '$dateFromParts does not allow mixing natural dates with ISO dates')
  }
  if (named['isoWeekYear'] && (named['month'] ?? named['day'])) {
    fail(40525, '$dateFromParts does not allow mixing ISO dates with natural dates')
  }
  const readZone = zoneReader(named['timezone'])
  const evaluate: Expression = (doc, variables) => {
    const read = (field: string, start: number): number | undefined =>
      readDatePart(field, named[field], start, doc, variables)
    const times = [read('hour', 0), read('minute', 0), read('second', 0), read('millisecond', 0)]
    const days = named['year']
      ? [read('year', 1970), read('month', 1), read('day', 1)]
      : [read('isoWeekYear', 1970), read('isoWeek', 1), read('isoDayOfWeek', 1)]
    const zone = readZone(doc, variables)
    if (!zone || [...times, ...days].includes(undefined)) return null
    const [year, second, third] = days as [number, number, number]
    const [hour, minute, seconds, millisecond] = times as [number, number, number, number]
    checkYear(year, named['year'] ? 'year' : 'isoWeekYear')
    const day = named['year']
      ? calendar.dayNumber(year, second, third)
      : calendar.isoDayNumber(year, second, third)
    const time = hour * calendar.MS_PER_HOUR + minute * calendar.MS_PER_MINUTE + seconds * 1000 + millisecond
    return dateOf(fromWall(day * calendar.MS_PER_DAY + time, zone))
  }
  return fold(evaluate, present(named))
}

function checkYear(year: number, field: string): void {
  if (year >= 1 && year <= 9999) return
  const words = `'${field}' must evaluate to an integer in the range 1 to 9999, found ${year}`
  fail(field === 'year' ? 40523 : 31095, words)
}

/** Seconds and milliseconds may be any size, the others 16 bits. */
const UNBOUNDED = new Set(['year', 'isoWeekYear', 'second', 'millisecond'])

function readDatePart(
  field: string,
  expression: Expression | undefined,
  start: number,
  doc: Doc,
  variables: Variables,
): number | undefined {
  if (!expression) return start
  const value = expression(doc, variables)
  if (isNullish(value)) return undefined
  const whole = integerOf(value)
  if (whole === undefined) {
    const found = `${typeOf(value)} with value ${printValue(value)}`
    return fail(40515, `'${field}' must evaluate to an integer, found ${found}`)
  }
  if (!UNBOUNDED.has(field) && (whole < -32768n || whole > 32767n)) {
    const words = `'${field}' must evaluate to a value in the range [-32768, 32767]`
    fail(31034, `${words}; value ${whole} is not in range`)
  }
  return Number(whole)
}

const compileToString: CompileOperator = (operand, scope, name) => {
  const named = compileNamed(operand, scope, name, {
    required: { date: 18628 },
    optional: ['format', 'timezone', 'onNull'],
    notObject: [18629],
    unknown: [18534],
  })
  const { date, format, timezone, onNull } = named
  const readZone = zoneReader(timezone)
  const evaluate: Expression = (doc, variables) => {
    const value = date?.(doc, variables)
    const text = readFormat(format?.(doc, variables), 18533, name)
    if (typeof text === 'string') checkFormat(text)
    const zone = readZone(doc, variables)
    if (isNullish(value)) return onNull ? onNull(doc, variables) : null
    if (!zone || (format && text === undefined)) return null
    const instant = requireInstant(value)
    return text === undefined ? isoString(instant, zone) : formatDate(instant, text, zone)
  }
  return fold(evaluate, present(named))
}

function readFormat(value: Value | undefined, code: number, name: string): string | undefined {
  if (isNullish(value)) return undefined
  if (typeof value === 'string') return value
  const found = `${typeOf(value)} with value ${printValue(value)}`
  return fail(code, `${name} requires that 'format' be a string, found: ${found}`)
}

const compileFromString: CompileOperator = (operand, scope, name) => {
  const named = compileNamed(operand, scope, name, {
    required: { dateString: 40542 },
    optional: ['format', 'timezone', 'onNull', 'onError'],
    notObject: [40540, (op, type) => `${op} only supports an object as an argument, found: ${type}`],
    unknown: [40541],
  })
  const { dateString, format, timezone, onNull, onError } = named
  const readZone = zoneReader(timezone)
  const evaluate: Expression = (doc, variables) => {
    const value = dateString?.(doc, variables)
    const pattern = readFormat(format?.(doc, variables), 40684, name)
    if (pattern !== undefined) checkFormat(pattern, PARSE_SPECIFIERS)
    const zone = readZone(doc, variables)
    if (isNullish(value)) return onNull ? onNull(doc, variables) : null
    try {
      if (typeof value !== 'string') {
        const found = `${typeOf(value)} with value ${printValue(value)}`
        return fail(241, `$dateFromString requires that 'dateString' be a string, found: ${found}`)
      }
      if (!zone || (format && pattern === undefined)) return null
      return dateOf(pattern === undefined ? parseDate(value, zone) : parseDateBy(value, pattern, zone))
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === 241) return onError(doc, variables)
      throw error
    }
  }
  return fold(evaluate, present(named))
}

function timestampPart(code: number, read: (timestamp: Timestamp) => number): CompileOperator {
  return exactly(1, ([value], _scope, name) => {
    if (isNullish(value)) return null
    if (value instanceof Timestamp) return BigInt(read(value))
    return fail(code, ` Argument to ${name} must be a timestamp, but is ${typeOf(value)}`)
  })
}

export const dateOperators: OperatorTable = {
  $year: part((wall) => calendar.splitParts(wall).year),
  $month: part((wall) => calendar.splitParts(wall).month),
  $dayOfMonth: part((wall) => calendar.splitParts(wall).day),
  $hour: part((wall) => calendar.splitParts(wall).hour),
  $minute: part((wall) => calendar.splitParts(wall).minute),
  $second: part((wall) => calendar.splitParts(wall).second),
  $millisecond: part((wall) => calendar.splitParts(wall).millisecond),
  $dayOfYear: part(calendar.dayOfYear),
  $dayOfWeek: part(calendar.dayOfWeek),
  $week: part(calendar.weekOfYear),
  $isoDayOfWeek: part(calendar.isoDayOfWeek),
  $isoWeek: part((wall) => calendar.isoWeek(wall).week),
  $isoWeekYear: part((wall) => BigInt(calendar.isoWeek(wall).year)),
  $dateToParts: compileToParts,
  $dateFromParts: compileFromParts,
  $dateToString: compileToString,
  $dateFromString: compileFromString,
  $tsSecond: timestampPart(5687301, (timestamp) => timestamp.t),
  $tsIncrement: timestampPart(5687302, (timestamp) => timestamp.i),
}
