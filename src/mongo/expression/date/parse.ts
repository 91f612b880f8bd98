import { fail } from '../../bson/errors.ts'
import * as calendar from './calendar.ts'
import { MONTHS } from './format.ts'
import { fromWall } from './time-zone.ts'
import type { TimeZone } from './time-zone.ts'

const CONVERSION_FAILURE = 241

/** What a date string tells; a part that it does not name stays out. */
interface Found {
  year?: number
  month?: number
  day?: number
  hour?: number
  minute?: number
  second?: number
  millisecond?: number
  dayOfYear?: number
  isoYear?: number
  isoWeek?: number
  isoDay?: number
  /** Milliseconds ahead of UTC. */
  offset?: number
  /** How the zone was written when it was not an offset: `Z`, `EST`. */
  abbreviation?: string
  /** An instant given as it is: `@1234567890`. */
  instant?: number
}

type Token = readonly [pattern: RegExp, read: (match: RegExpExecArray, found: Found) => void]

const MONTH =
  '(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const ORDINAL = '(?<day>\\d{1,2})(?:st|nd|rd|th)?'

/** Zones that are not names of the Olson database but that people write. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  cet: 1,
  cest: 2,
  bst: 1,
  eet: 2,
  eest: 3,
  msk: 3,
  jst: 9,
}

const TOKENS: readonly Token[] = [
  [/^@(?<seconds>-?\d+)$/, (match, found) => (found.instant = Number(match.groups?.['seconds']) * 1000)],
  [
    /^(?<year>\d{4})-?w(?<week>\d{2})(?:-?(?<weekday>[0-7]))?/i,
    (match, found) => {
      found.isoYear = Number(match.groups?.['year'])
      found.isoWeek = Number(match.groups?.['week'])
      found.isoDay = Number(match.groups?.['weekday'] ?? 1)
    },
  ],
  [/^(?<year>[+-]?\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})(?!\d)/, readDate],
  [/^(?<year>\d{4})\/(?<month>\d{1,2})\/(?<day>\d{1,2})(?!\d)/, readDate],
  [/^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})(?!\d)/, readDate],
  [/^(?<day>\d{1,2})[-.](?<month>\d{1,2})[-.](?<year>\d{4})(?!\d)/, readDate],
  [/^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?!\d)/, readDate],
  [/^(?<year>\d{4})[-.]?(?<dayOfYear>\d{3})(?!\d)/, readDate],
  [new RegExp(`^${MONTH}[ .-]*${ORDINAL}[ ,.]+(?<year>\\d{4})(?!\\d)`, 'i'), readDate],
  [new RegExp(`^${ORDINAL}[ .-]*${MONTH}[ ,.-]*(?<year>\\d{4})(?!\\d)`, 'i'), readDate],
  [new RegExp(`^(?<year>\\d{4})[ .-]*${MONTH}[ .-]*${ORDINAL}(?!\\d)`, 'i'), readDate],
  [
    /^t?(?<hour>\d{1,2})[:.](?<minute>\d{2})(?:[:.](?<second>\d{2})(?:[.,:](?<fraction>\d+))?)?(?: *(?<half>[ap])\.?m\.?(?![a-z]))?(?![\d:])/i,
    readTime,
  ],
  [/^t(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?(?:[.,](?<fraction>\d+))?/i, readTime],
  [/^(?<hour>\d{1,2}) *(?<half>[ap])\.?m\.?/i, readTime],
  [/^(?:utc|gmt)?(?<sign>[+-])(?<hours>\d{1,2}):?(?<minutes>\d{2})?(?!\d)/i, readOffset],
  [/^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])/i, () => {}],
  [/^noon(?![a-z])/i, (_match, found) => Object.assign(found, { hour: 12 })],
  [/^midnight(?![a-z])/i, (_match, found) => Object.assign(found, { hour: 0 })],
  [/^\(?(?<name>z|[a-z]{3,4})\)?(?![a-z/_])/i, readAbbreviation],
  [/^[ ,\t]+/, () => {}],
]

/** Reads a date string of no declared format, as `$toDate` and `$dateFromString` do. */
export function parseDate(text: string, zone: TimeZone): number {
  const found: Found = {}
  let position = 0
  while (position < text.length) {
    const rest = text.slice(position)
    const length = readToken(rest, found)
    if (length === 0) {
      const word = /^[A-Za-z_]+\/[A-Za-z_]+/.test(rest)
      const why = word
        ? 'passing a time zone identifier as part of the string is not allowed'
        : 'Unexpected character'
      refuse(text, position, why)
    }
    position += length
  }
  return assemble(text, found, zone)
}

function readToken(rest: string, found: Found): number {
  for (const [pattern, read] of TOKENS) {
    const match = pattern.exec(rest)
    if (!match) continue
    read(match, found)
    return match[0].length
  }
  return 0
}

function readDate(match: RegExpExecArray, found: Found): void {
  const { year, month, day, dayOfYear } = match.groups ?? {}
  found.year = Number(year)
  if (dayOfYear !== undefined) {
    found.dayOfYear = Number(dayOfYear)
    return
  }
  found.month = /^\d/.test(month ?? '') ? Number(month) : monthOf(month ?? '')
  found.day = Number(day)
}

function readTime(match: RegExpExecArray, found: Found): void {
  const { hour, minute = '0', second = '0', fraction = '', half } = match.groups ?? {}
  const hours = Number(hour)
  found.hour = half === undefined ? hours : (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  found.minute = Number(minute)
  found.second = Number(second)
  found.millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'))
}

function readOffset(match: RegExpExecArray, found: Found): void {
  const { sign, hours, minutes = '0' } = match.groups ?? {}
  const size = Number(hours) * calendar.MS_PER_HOUR + Number(minutes) * calendar.MS_PER_MINUTE
  found.offset = sign === '-' ? -size : size
}

function readAbbreviation(match: RegExpExecArray, found: Found): void {
  const name = match.groups?.['name'] ?? ''
  const hours = ABBREVIATIONS[name.toLowerCase()]
  if (hours === undefined) refuse(match.input, 0, 'Unexpected character')
  found.offset = hours * calendar.MS_PER_HOUR
  found.abbreviation = name
}

function monthOf(name: string): number {
  const start = name.slice(0, 3).toLowerCase()
  return MONTHS.findIndex((month) => month.toLowerCase().startsWith(start)) + 1
}

const NUMBERS: Readonly<Record<string, readonly [pattern: RegExp, part: keyof Found]>> = {
  Y: [/^\d{1,4}/, 'year'],
  m: [/^\d{1,2}/, 'month'],
  d: [/^\d{1,2}/, 'day'],
  H: [/^\d{1,2}/, 'hour'],
  M: [/^\d{1,2}/, 'minute'],
  S: [/^\d{1,2}/, 'second'],
  j: [/^\d{1,3}/, 'dayOfYear'],
  G: [/^\d{1,4}/, 'isoYear'],
  V: [/^\d{1,2}/, 'isoWeek'],
  u: [/^\d/, 'isoDay'],
}

/** The letters that `$dateFromString` takes in a format. */
export const PARSE_SPECIFIERS = 'dGHjLmMSuVYzZbB%'

/** Reads a date string of a declared format. */
export function parseDateBy(text: string, format: string, zone: TimeZone): number {
  const found: Found = {}
  let position = 0
  for (let index = 0; index < format.length; index++) {
    const letter = format[index] as string
    const rest = text.slice(position)
    if (letter !== '%') {
      if (!rest.startsWith(letter)) refuse(text, position, 'The format separator does not match')
      position += letter.length
      continue
    }
    position += readSpecifier(format[++index] as string, rest, found, text, position)
  }
  if (position < text.length) refuse(text, position, 'Trailing data')
  const natural = found.year ?? found.month ?? found.day
  if (natural !== undefined && (found.isoYear ?? found.isoWeek ?? found.isoDay) !== undefined) {
    refuse(text, 0, 'Mixing of ISO dates with natural dates is not allowed')
  }
  return assemble(text, found, zone)
}

function readSpecifier(letter: string, rest: string, found: Found, text: string, position: number): number {
  const number = NUMBERS[letter]
  if (number) {
    const match = number[0].exec(rest)
    if (!match) return refuse(text, position, 'Not enough data available to satisfy format')
    Object.assign(found, { [number[1]]: Number(match[0]) })
    return match[0].length
  }
  const pattern = patternOf(letter)
  const match = pattern.exec(rest)
  if (!match) return refuse(text, position, 'Not enough data available to satisfy format')
  if (letter === 'L') found.millisecond = Number(match[0].padEnd(3, '0'))
  else if (letter === 'b' || letter === 'B') found.month = monthOf(match[0])
  else if (letter === 'Z') found.offset = Number(match[0]) * calendar.MS_PER_MINUTE
  else if (letter === 'z') readFormatZone(match, found)
  return match[0].length
}

function patternOf(letter: string): RegExp {
  if (letter === 'L') return /^\d{1,3}/
  if (letter === 'Z') return /^[+-]?\d{1,4}/
  if (letter === 'z') {
    return /^(?:(?:utc|gmt)?(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})?|(?<name>z|[a-z]{3,4})(?![a-z]))/i
  }
  if (letter === 'b' || letter === 'B') return new RegExp(`^${MONTH}`, 'i')
  return /^%/
}

function readFormatZone(match: RegExpExecArray, found: Found): void {
  if (match.groups?.['name'] === undefined) readOffset(match, found)
  else readAbbreviation(match, found)
}

function assemble(text: string, found: Found, zone: TimeZone): number {
  if (found.instant !== undefined) return found.instant
  const day = dayOf(text, found)
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = found
  if (hour > 24 || minute > 59 || second > 60) refuse(text, 0, 'The parsed time was invalid')
  const time = hour * calendar.MS_PER_HOUR + minute * calendar.MS_PER_MINUTE + second * calendar.MS_PER_SECOND
  const wall = day * calendar.MS_PER_DAY + time + millisecond
  if (found.offset === undefined) return fromWall(wall, zone)
  if (zone.kind !== 'utc') {
    const { abbreviation } = found
    const what =
      abbreviation === undefined
        ? 'GMT offset together with a timezone argument'
        : `time zone information ('${abbreviation}') together with a timezone argument`
    fail(CONVERSION_FAILURE, `you cannot pass in a date/time string with ${what}`)
  }
  return wall - found.offset
}

function dayOf(text: string, found: Found): number {
  const { year, month, day, dayOfYear, isoYear, isoWeek = 1, isoDay = 1 } = found
  if (isoYear !== undefined) return calendar.isoDayNumber(isoYear, isoWeek, isoDay)
  if (year !== undefined && dayOfYear !== undefined) return calendar.dayNumber(year, 1, dayOfYear)
  if (year === undefined || month === undefined || day === undefined) {
    const words = 'an incomplete date/time string has been found, with elements missing'
    return fail(CONVERSION_FAILURE, `${words}: "${text}"`)
  }
  if (month < 1 || month > 12 || day < 1 || day > calendar.daysInMonth(year, month)) {
    refuse(text, text.length, 'The parsed date was invalid')
  }
  return calendar.dayNumber(year, month, day)
}

function refuse(text: string, position: number, why: string): never {
  const shown = text[position] ?? ''
  return fail(CONVERSION_FAILURE, `Error parsing date string '${text}'; ${position}: ${why} '${shown}'`)
}
