import { fail } from '../../bson/errors.ts'
import * as calendar from './calendar.ts'
import { toWall, UTC } from './time-zone.ts'
import type { TimeZone } from './time-zone.ts'

export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const SPECIFIERS = 'dGHjLmMSuUVwYzZbB%'

/** Refuses a format for $dateToString before any date is seen. */
export function checkFormat(format: string, specifiers: string = SPECIFIERS): void {
  for (let index = 0; index < format.length; index++) {
    if (format[index] !== '%') continue
    const letter = format[++index]
    if (letter === undefined) fail(18535, "Unmatched '%' at end of format string")
    if (!specifiers.includes(letter)) fail(18536, `Invalid format character '%${letter}' in format string`)
  }
}

/** Writes an instant by a format of $dateToString. */
export function formatDate(instant: number, format: string, zone: TimeZone): string {
  const wall = toWall(instant, zone)
  const parts = calendar.splitParts(wall)
  if (parts.year < 0 || parts.year > 9999) {
    fail(18537, `$dateToString is only defined on year 0-9999, tried to use year ${parts.year}`)
  }
  return format.replaceAll(/%(.)/gs, (_all, letter: string) => {
    switch (letter) {
      case 'Y':
        return pad(parts.year, 4)
      case 'm':
        return pad(parts.month, 2)
      case 'd':
        return pad(parts.day, 2)
      case 'H':
        return pad(parts.hour, 2)
      case 'M':
        return pad(parts.minute, 2)
      case 'S':
        return pad(parts.second, 2)
      case 'L':
        return pad(parts.millisecond, 3)
      case 'j':
        return pad(calendar.dayOfYear(wall), 3)
      case 'w':
        return String(calendar.dayOfWeek(wall))
      case 'u':
        return String(calendar.isoDayOfWeek(wall))
      case 'U':
        return pad(calendar.weekOfYear(wall), 2)
      case 'V':
        return pad(calendar.isoWeek(wall).week, 2)
      case 'G':
        return pad(calendar.isoWeek(wall).year, 4)
      case 'b':
        return (MONTHS[parts.month - 1] as string).slice(0, 3)
      case 'B':
        return MONTHS[parts.month - 1] as string
      case 'z':
        return writeOffset(zone.offsetAt(instant))
      case 'Z':
        return String(Math.trunc(zone.offsetAt(instant) / calendar.MS_PER_MINUTE) + 0)
      default:
        return '%'
    }
  })
}

/** The form of $toString and of $dateToString without a format in UTC. */
export function isoString(instant: number, zone: TimeZone = UTC): string {
  return formatDate(instant, zone.kind === 'utc' ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L', zone)
}

function writeOffset(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / calendar.MS_PER_MINUTE)
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
