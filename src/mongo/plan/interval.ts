import { successor } from '../storage/keys.ts'

/**
 * A stretch of one index field's ascending encodings, `low <= bytes < high`; an encoding lies in it with all its
 * continuations. A point holds one value only.
 */
export interface Interval {
  readonly low: Buffer
  readonly high: Buffer
  readonly point: boolean
}

/** Every value there is: encodings begin with 1 (MinKey) to 129 (MaxKey). */
export const EVERYTHING: Interval = { low: Buffer.from([1]), high: Buffer.from([254]), point: false }

export function pointOf(encoded: Buffer): Interval {
  return { low: encoded, high: successor(encoded), point: true }
}

/** All encodings that begin so. */
export function prefixOf(bytes: Buffer): Interval {
  return { low: bytes, high: successor(bytes), point: false }
}

/** Sorts intervals and joins those that touch. */
export function unite(intervals: readonly Interval[]): Interval[] {
  const united: Interval[] = []
  for (const interval of intervals.toSorted((a, b) => a.low.compare(b.low) || a.high.compare(b.high))) {
    const last = united.at(-1)
    if (!last || last.high.compare(interval.low) <= 0) {
      united.push(interval)
    } else if (last.high.compare(interval.high) < 0) {
      united[united.length - 1] = { low: last.low, high: interval.high, point: false }
    }
  }
  return united
}

/** What two united lists have in common. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common: Interval[] = []
  let [at, bt] = [0, 0]
  while (at < a.length && bt < b.length) {
    const [left, right] = [a[at] as Interval, b[bt] as Interval]
    const low = left.low.compare(right.low) >= 0 ? left.low : right.low
    const leftEnds = left.high.compare(right.high) <= 0
    const high = leftEnds ? left.high : right.high
    if (low.compare(high) < 0) {
      const point = [left, right].some((one) => one.point && one.low.equals(low) && one.high.equals(high))
      common.push({ low, high, point })
    }
    if (leftEnds) at++
    else bt++
  }
  return common
}

/** The same stretch of a descending field, whose encodings are inverted. */
export function invert({ low, high, point }: Interval): Interval {
  const from = inverted(low)
  if (point) return { low: from, high: successor(from), point }
  return { low: successor(inverted(high)), high: successor(from), point }
}

function inverted(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => ~byte & 0xff))
}
