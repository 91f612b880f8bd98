import { addContext, fail } from '../../bson/errors.ts'
import type { Value } from '../../bson/value.ts'
import { typeOf } from '../missing.ts'
import * as calendar from './calendar.ts'
import { fromWall, toWall } from './time-zone.ts'
import type { TimeZone } from './time-zone.ts'

const UNITS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'] as const
export type TimeUnit = (typeof UNITS)[number]

const MILLISECONDS: Partial<Record<TimeUnit, number>> = {
  hour: calendar.MS_PER_HOUR,
  minute: calendar.MS_PER_MINUTE,
  second: calendar.MS_PER_SECOND,
  millisecond: 1,
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** Reads the `unit` of a date operator. */
export function parseUnit(value: Value | undefined, name: string): TimeUnit {
  if (typeof value !== 'string') {
    return fail(5439013, `${name} requires 'unit' to be a string, but got ${typeOf(value)}`)
  }
  try {
    return readUnit(value)
  } catch (error) {
    throw addContext(error, `${name} parameter 'unit' value parsing failed`)
  }
}

/** Reads a unit's name. */
export function readUnit(name: string): TimeUnit {
  return UNITS.find((each) => each === name) ?? fail(9, `unknown time unit value: ${name}`)
}

/** Reads a day's name or its first three letters; 1 = Monday. */
export function parseDayOfWeek(value: Value | undefined, name: string): number {
  if (typeof value !== 'string') {
    return fail(5439015, `${name} requires 'startOfWeek' to be a string, but got ${typeOf(value)}`)
  }
  const text = value.toLowerCase()
  const index = DAYS.findIndex((day) => day === text || day.slice(0, 3) === text)
  if (index === -1) {
    fail(5439016, `${name} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${value}`)
  }
  return index + 1
}

/** Moves an instant; a month that is too short gives its last day, a clock change keeps the time of day. */
export function addUnits(instant: number, unit: TimeUnit, amount: number, zone: TimeZone): number {
  const size = MILLISECONDS[unit]
  if (size !== undefined) return instant + amount * size
  if (unit === 'day') return keepClock(instant, instant + amount * calendar.MS_PER_DAY, zone)
  if (unit === 'week') return keepClock(instant, instant + amount * 7 * calendar.MS_PER_DAY, zone)
  const months = unit === 'month' ? amount : amount * (unit === 'quarter' ? 3 : 12)
  const local = calendar.splitParts(toWall(instant, zone))
  const month = local.year * 12 + (local.month - 1) + months
  const year = Math.floor(month / 12)
  const inYear = month - year * 12 + 1
  const longest = calendar.daysInMonth(year, inYear)
  if (local.day > longest) {
    const days =
      calendar.dayNumber(year, inYear, longest) - calendar.dayNumber(local.year, local.month, local.day)
    return keepClock(instant, instant + days * calendar.MS_PER_DAY, zone)
  }
  // As mongod does, the months are counted in UTC: a date in a gap or a repeated hour then has one answer.
  const utc = calendar.splitParts(instant)
  return keepClock(instant, calendar.wallClock({ ...utc, month: utc.month + months }), zone)
}

function keepClock(start: number, end: number, zone: TimeZone): number {
  return zone.kind === 'named' ? end + zone.offsetAt(start) - zone.offsetAt(end) : end
}

/** How many boundaries of a unit lie between two instants. */
export function countUnits(
  start: number,
  end: number,
  unit: TimeUnit,
  zone: TimeZone,
  startOfWeek: number,
): number {
  if (unit === 'millisecond') return end - start
  const wallStart = toWall(start, zone)
  const wallEnd = toWall(end, zone)
  const from = calendar.splitParts(wallStart)
  const to = calendar.splitParts(wallEnd)
  const months = (to.year - from.year) * 12 + to.month - from.month
  switch (unit) {
    case 'year':
      return to.year - from.year
    case 'quarter':
      return (to.year - from.year) * 4 + Math.ceil(to.month / 3) - Math.ceil(from.month / 3)
    case 'month':
      return months
    case 'day':
      return Math.floor(wallEnd / calendar.MS_PER_DAY) - Math.floor(wallStart / calendar.MS_PER_DAY)
    case 'week':
      return weekNumber(wallEnd, startOfWeek) - weekNumber(wallStart, startOfWeek)
    default: {
      // The change of the clock between the two is no time passed.
      const size = MILLISECONDS[unit] as number
      const shift = Math.trunc((wallStart - start - (wallEnd - end)) / calendar.MS_PER_HOUR)
      const hours = shift * (calendar.MS_PER_HOUR / size)
      return Math.floor(wallEnd / size) - Math.floor(wallStart / size) + hours
    }
  }
}

function weekNumber(wall: number, startOfWeek: number): number {
  // Day 0 was a Thursday, the fourth day when weeks begin on Monday.
  return Math.floor((Math.floor(wall / calendar.MS_PER_DAY) + 4 - startOfWeek) / 7)
}

/** The lower end of the bin of `size` units that holds an instant; bins are counted from 2000-01-01. */
export function truncate(
  instant: number,
  unit: TimeUnit,
  size: number,
  zone: TimeZone,
  startOfWeek: number,
): number {
  const origin = calendar.dayNumber(2000, 1, 1)
  const length = MILLISECONDS[unit]
  if (length !== undefined) {
    // Time that has passed: a change of the clock is no part of it, and moves bins of several hours against the clock.
    if (length * size >= 2 ** 63) fail(5439002, 'dateTrunc overflowed')
    return instant - calendar.positive(instant - fromWall(origin * calendar.MS_PER_DAY, zone), length * size)
  }
  if (size > 100_000_000_000) fail(5439006, 'dateTrunc unsupported binSize value')
  const wall = toWall(instant, zone)
  if (unit === 'day' || unit === 'week') {
    const day = Math.floor(wall / calendar.MS_PER_DAY)
    // Weeks are counted from the first start of a week in 2000; 2000-01-01 was a Saturday.
    const first = unit === 'week' ? origin + calendar.positive(startOfWeek - 6, 7) : origin
    const days = unit === 'week' ? size * 7 : size
    return fromWall((day - calendar.positive(day - first, days)) * calendar.MS_PER_DAY, zone)
  }
  const { year, month } = calendar.splitParts(wall)
  const months = size * (unit === 'month' ? 1 : unit === 'quarter' ? 3 : 12)
  const since = (year - 2000) * 12 + (month - 1)
  const begin = since - calendar.positive(since, months)
  return fromWall(calendar.dayNumber(2000, 1 + begin, 1) * calendar.MS_PER_DAY, zone)
}
