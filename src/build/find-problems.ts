import { checkInspected, type CheckId, type InspectedSite } from '../checks/index.ts'
import type { Problem } from './problem.ts'

/** Warnings of `tao check` that are errors here: what is named wrongly fails the build, not the visitor. */
const FATAL: ReadonlySet<string> = new Set<CheckId>(['tao.W504', 'tao.W505'])

/** What `tao check` knows of that would fail a visitor. */
export function findProblems(site: InspectedSite): Problem[] {
  return checkInspected(site)
    .filter(({ id, level }) => level === 'error' || FATAL.has(id))
    .map(({ id, message, hint, place }) => ({ id, level: 'error', message, hint, place }))
}
