import { fail } from '../../bson/errors.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from './calendar.ts'

/** A place's clock: an Olson zone, a fixed offset, or UTC. */
export interface TimeZone {
  readonly kind: 'utc' | 'offset' | 'named'
  /** Milliseconds that the wall clock is ahead of UTC at an instant. */
  offsetAt(instant: number): number
}

export const UTC: TimeZone = { kind: 'utc', offsetAt: () => 0 }

/** Reads `America/New_York`, `+03`, `+0330` or `-03:30`. */
export function parseTimeZone(text: string): TimeZone {
  if (text === 'UTC' || text === 'GMT') return UTC
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(text)
  if (offset && text.at(-1) !== ':') {
    const size = Number(offset[2]) * MS_PER_HOUR + Number(offset[3] ?? 0) * MS_PER_MINUTE
    const ahead = offset[1] === '-' ? -size : size
    return { kind: 'offset', offsetAt: () => ahead }
  }
  return namedZone(text)
}

function namedZone(name: string): TimeZone {
  const format = makeFormat(name)
  const hours = new Map<number, number>()
  return {
    kind: 'named',
    offsetAt(instant) {
      const hour = Math.floor(instant / MS_PER_HOUR)
      const known = hours.get(hour)
      if (known !== undefined) return known
      const offset = readOffset(format, instant)
      // An hour is remembered only if the clock does not change within it; Intl costs microseconds a call.
      const steady =
        readOffset(format, hour * MS_PER_HOUR) === offset &&
        readOffset(format, (hour + 1) * MS_PER_HOUR - 1) === offset
      if (hours.size >= 10_000) hours.clear()
      if (steady) hours.set(hour, offset)
      return offset
    },
  }
}

function makeFormat(name: string): Intl.DateTimeFormat {
  try {
    // Intl takes offsets and odd spellings too; MongoDB takes the names of the Olson database only.
    if (!/^[A-Za-z]/.test(name)) throw new RangeError(name)
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch {
    return fail(40485, `unrecognized time zone identifier: "${name}"`)
  }
}

function readOffset(format: Intl.DateTimeFormat, instant: number): number {
  const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name)
  if (!match) return 0
  const size =
    Number(match[2]) * MS_PER_HOUR + Number(match[3]) * MS_PER_MINUTE + Number(match[4] ?? 0) * MS_PER_SECOND
  return match[1] === '-' ? -size : size
}

/** The wall clock at an instant, as if it were UTC. */
export function toWall(instant: number, zone: TimeZone): number {
  return instant + zone.offsetAt(instant)
}

/**
 * The instant of a wall-clock time. A time that comes twice is the first of the two; one that a change skips is
 * moved forward by the gap.
 */
export function fromWall(wall: number, zone: TimeZone): number {
  if (zone.kind !== 'named') return wall - zone.offsetAt(wall)
  const before = wall - zone.offsetAt(wall - MS_PER_DAY)
  if (toWall(before, zone) === wall) return before
  const after = wall - zone.offsetAt(wall + MS_PER_DAY)
  return toWall(after, zone) === wall ? after : before
}

/** Zones by name, remembered for one expression: making an Intl formatter is slow. */
export function makeZoneReader(): (text: string) => TimeZone {
  const zones = new Map<string, TimeZone>()
  return (text) => {
    const known = zones.get(text)
    if (known) return known
    const zone = parseTimeZone(text)
    if (zones.size < 1000) zones.set(text, zone)
    return zone
  }
}
