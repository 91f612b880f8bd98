export const MS_PER_SECOND = 1000
export const MS_PER_MINUTE = 60_000
export const MS_PER_HOUR = 3_600_000
export const MS_PER_DAY = 86_400_000
const DAYS_PER_WEEK = 7

export interface Parts {
  year: number
  /** 1 to 12 */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

/** Days from 1970-01-01 to a date of the Gregorian calendar; months and days may run over. */
export function dayNumber(year: number, month: number, day: number): number {
  const carried = year + Math.floor((month - 1) / 12)
  const inYear = (((month - 1) % 12) + 12) % 12
  // setUTCFullYear, because Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(carried, inYear, 1) / MS_PER_DAY + (day - 1)
}

/** Milliseconds since the epoch of a wall-clock time, read as if it were UTC; every part may run over. */
export function wallClock(parts: Parts): number {
  const { year, month, day, hour, minute, second, millisecond } = parts
  const time = hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND + millisecond
  return dayNumber(year, month, day) * MS_PER_DAY + time
}

/** The parts of a wall-clock time given as if it were UTC. */
export function splitParts(wall: number): Parts {
  const date = new Date(wall)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  }
}

export function daysInMonth(year: number, month: number): number {
  return dayNumber(year, month + 1, 1) - dayNumber(year, month, 1)
}

/** 1 = 1 January. */
export function dayOfYear(wall: number): number {
  const { year } = splitParts(wall)
  return Math.floor(wall / MS_PER_DAY) - dayNumber(year, 1, 1) + 1
}

/** 1 = Sunday. */
export function dayOfWeek(wall: number): number {
  // 1970-01-01 was a Thursday.
  return positive(Math.floor(wall / MS_PER_DAY) + 4, DAYS_PER_WEEK) + 1
}

/** 1 = Monday, 7 = Sunday. */
export function isoDayOfWeek(wall: number): number {
  return positive(Math.floor(wall / MS_PER_DAY) + 3, DAYS_PER_WEEK) + 1
}

/** Weeks begin on Sundays, the days before the first Sunday are week 0. */
export function weekOfYear(wall: number): number {
  return Math.floor((dayOfYear(wall) - dayOfWeek(wall) + DAYS_PER_WEEK) / DAYS_PER_WEEK)
}

/** The ISO 8601 week: the one that holds the year's first Thursday is week 1. */
export function isoWeek(wall: number): { year: number; week: number } {
  const thursday = wall + (4 - isoDayOfWeek(wall)) * MS_PER_DAY
  return {
    year: splitParts(thursday).year,
    week: Math.floor((dayOfYear(thursday) - 1) / DAYS_PER_WEEK) + 1,
  }
}

/** Days from 1970-01-01 to a day of an ISO week; weeks and days may run over. */
export function isoDayNumber(year: number, week: number, day: number): number {
  const fourth = dayNumber(year, 1, 4)
  const monday = fourth - (isoDayOfWeek(fourth * MS_PER_DAY) - 1)
  return monday + (week - 1) * DAYS_PER_WEEK + (day - 1)
}

/** The remainder that is never negative. */
export function positive(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus
}
