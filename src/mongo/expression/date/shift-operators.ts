import { fail } from '../../bson/errors.ts'
import type { Value } from '../../bson/value.ts'
import { fold } from '../constant.ts'
import { isNullish, typeOf } from '../missing.ts'
import { integerOf } from '../number.ts'
import { compileNamed, present } from '../operands.ts'
import { printValue } from '../print.ts'
import type { CompileOperator, Expression, OperatorTable } from '../types.ts'
import { zoneReader } from './operators.ts'
import { dateOf, instantOf } from './to-date.ts'
import { addUnits, countUnits, parseDayOfWeek, parseUnit, truncate } from './unit.ts'

const SUNDAY = 7

function shifting(sign: 1 | -1): CompileOperator {
  return (operand, scope, name) => {
    const named = compileNamed(operand, scope, name, {
      required: { startDate: 5166402, unit: 5166402, amount: 5166402 },
      optional: ['timezone'],
      notObject: [5166400, (op) => `${op} expects an object as its argument`],
      unknown: [
        5166401,
        (op, what) =>
          `Unrecognized argument to ${op}: ${what}. Expected arguments are startDate, unit, amount, and optionally timezone.`,
      ],
      missing: (op) => `${op} requires startDate, unit, and amount to be present`,
    })
    const { startDate, unit, amount, timezone } = named
    const readZone = zoneReader(timezone)
    const evaluate: Expression = (doc, variables) => {
      const start = startDate?.(doc, variables)
      if (isNullish(start)) return null
      const unitValue = unit?.(doc, variables)
      if (isNullish(unitValue)) return null
      const timeUnit = parseUnit(unitValue, name)
      const count = amount?.(doc, variables)
      if (isNullish(count)) return null
      const zone = readZone(doc, variables)
      if (!zone) return null
      const instant =
        instantOf(start) ?? fail(5166403, `${name} requires startDate to be convertible to a date`)
      const whole = integerOf(count) ?? fail(5166405, `${name} expects integer amount of time units`)
      if (sign === -1 && whole === -(2n ** 63n)) {
        fail(6045000, `invalid $dateSubtract 'amount' parameter value: ${whole}`)
      }
      const moved = addUnits(instant, timeUnit, sign * Number(whole), zone)
      if (!Number.isFinite(moved) || Math.abs(moved) > 2 ** 63) fail(5166406, 'dateAdd overflowed')
      return dateOf(moved)
    }
    return fold(evaluate, present(named))
  }
}

const compileDiff: CompileOperator = (operand, scope, name) => {
  const named = compileNamed(operand, scope, name, {
    required: { startDate: 5166303, endDate: 5166304, unit: 5166305 },
    optional: ['timezone', 'startOfWeek'],
    notObject: [5166301],
    unknown: [5166302],
  })
  const { startDate, endDate, unit, timezone, startOfWeek } = named
  const readZone = zoneReader(timezone, name)
  const evaluate: Expression = (doc, variables) => {
    const start = startDate?.(doc, variables)
    if (isNullish(start)) return null
    const end = endDate?.(doc, variables)
    if (isNullish(end)) return null
    const unitValue = unit?.(doc, variables)
    if (isNullish(unitValue)) return null
    const timeUnit = parseUnit(unitValue, name)
    let first = SUNDAY
    if (timeUnit === 'week' && startOfWeek) {
      const day = startOfWeek(doc, variables)
      if (isNullish(day)) return null
      first = parseDayOfWeek(day, name)
    }
    const zone = readZone(doc, variables)
    if (!zone) return null
    const from = requireDate(start, 'startDate', name, 5166307)
    return BigInt(countUnits(from, requireDate(end, 'endDate', name, 5166307), timeUnit, zone, first))
  }
  return fold(evaluate, present(named))
}

function requireDate(value: Value, argument: string, name: string, code: number): number {
  return (
    instantOf(value) ?? fail(code, `${name} requires '${argument}' to be a date, but got ${typeOf(value)}`)
  )
}

const compileTrunc: CompileOperator = (operand, scope, name) => {
  const named = compileNamed(operand, scope, name, {
    required: { date: 5439009, unit: 5439010 },
    optional: ['binSize', 'timezone', 'startOfWeek'],
    notObject: [5439007],
    unknown: [
      5439008,
      (op, what) =>
        `Unrecognized argument to ${op}: ${what}. Expected arguments are date, unit, and optionally, binSize, timezone, startOfWeek`,
    ],
  })
  const { date, unit, binSize, timezone, startOfWeek } = named
  const readZone = zoneReader(timezone, name)
  const evaluate: Expression = (doc, variables) => {
    const value = date?.(doc, variables)
    if (isNullish(value)) return null
    const sizeValue = binSize ? binSize(doc, variables) : 1
    if (isNullish(sizeValue)) return null
    const size = readBinSize(sizeValue)
    const unitValue = unit?.(doc, variables)
    if (isNullish(unitValue)) return null
    const timeUnit = parseUnit(unitValue, name)
    let first = SUNDAY
    if (timeUnit === 'week' && startOfWeek) {
      const day = startOfWeek(doc, variables)
      if (isNullish(day)) return null
      first = parseDayOfWeek(day, name)
    }
    const zone = readZone(doc, variables)
    if (!zone) return null
    return dateOf(truncate(requireDate(value, 'date', name, 5439012), timeUnit, size, zone, first))
  }
  return fold(evaluate, present(named))
}

function readBinSize(value: Value): number {
  const whole = integerOf(value)
  if (whole === undefined) {
    const found = `'${printValue(value)}' of type ${typeOf(value)}`
    return fail(5439017, `$dateTrunc requires 'binSize' to be a 64-bit integer, but got value ${found}`)
  }
  if (whole <= 0n) fail(5439018, `$dateTrunc requires 'binSize' to be greater than 0, but got value ${whole}`)
  return Number(whole)
}

export const dateShiftOperators: OperatorTable = {
  $dateAdd: shifting(1),
  $dateSubtract: shifting(-1),
  $dateDiff: compileDiff,
  $dateTrunc: compileTrunc,
}
