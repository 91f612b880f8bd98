import { inspect } from 'node:util'
import type { Explanation } from '../../toolbar/index.ts'

/** What the database panel shows of an explanation, for the command at `index`. */
export function explanationValues(index: number, plan: Explanation): Readonly<Record<string, unknown>> {
  return { explained: { index, ...plan, text: inspect(plan.answer, { depth: 20, breakLength: 90 }) } }
}
