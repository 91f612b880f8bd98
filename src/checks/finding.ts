import type { Place } from '../base/errors.ts'
import { CHECKS, type CheckId } from './check-ids.ts'

export type Level = 'debug' | 'info' | 'warning' | 'error'

/** From the least to the most serious. */
export const LEVELS: readonly Level[] = ['debug', 'info', 'warning', 'error']

/** A change that `tao check --fix` may make by itself: it loses nothing of the user's. */
export interface Fix {
  /** What it does, in the imperative. */
  summary: string
  apply: () => void | Promise<void>
}

/** Something a check has to say about a site. */
export interface Finding {
  /** Permanent, such as `tao.E301`. */
  id: CheckId
  level: Level
  message: string
  hint: string | undefined
  place: Place | undefined
  fix: Fix | undefined
}

/** Makes a finding; its level is that of its id. */
export function finding(
  id: CheckId,
  message: string,
  more: { hint?: string | undefined; place?: Place | undefined; fix?: Fix | undefined } = {},
): Finding {
  const { hint, place, fix } = more
  return { id, level: CHECKS[id].level, message, hint, place, fix }
}

/** Whether any finding is at least as serious as `level`: what `--fail-level` asks. */
export function failsAt(findings: readonly Pick<Finding, 'level'>[], level: Level): boolean {
  return findings.some((one) => LEVELS.indexOf(one.level) >= LEVELS.indexOf(level))
}

/** The most serious first; then by file and line, as one would go through them. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) ||
      compare(a.place?.file ?? '', b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      compare(a.id, b.id),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
