import { join } from 'node:path'
import { nearPath } from '../base/files.ts'
import type { Terminal } from '../base/terminal.ts'
import { conflictsOf, type Action, type Plan } from './plan.ts'

const colours = { create: 'green', identical: 'blue', conflict: 'red', skip: 'yellow' } as const

/** One line a file, as Thor writes them: the action, then the path as one would type it. */
export function printPlan(out: Terminal, cwd: string, plan: Plan): void {
  printEntries(out, describePlan(cwd, plan))
}

/** What is in the way of a plan that was not carried out. */
export function printConflicts(out: Terminal, cwd: string, plan: Plan): void {
  printEntries(
    out,
    describePlan(cwd, plan).filter(({ action }) => action === 'conflict'),
  )
}

function printEntries(out: Terminal, entries: readonly DescribedEntry[]): void {
  for (const { action, path, target, reason } of entries) {
    const way = target === undefined ? path : `${path} -> ${target}`
    const why = reason === undefined ? '' : out.style('dim', `  (${reason})`)
    out.line(`${out.style(colours[action], action.padStart(9))}  ${way}${why}`)
  }
}

export interface DescribedEntry {
  action: Action
  path: string
  /** Where a link leads to. */
  target: string | undefined
  reason: string | undefined
}

/** A plan's entries as a program or a person reads them. */
export function describePlan(cwd: string, plan: Plan): DescribedEntry[] {
  return plan.entries.map(({ draft, action, reason }) => ({
    action,
    path: nearPath(cwd, join(plan.root, draft.path)),
    target: draft.kind === 'link' ? draft.target : undefined,
    reason,
  }))
}

/** `3 files are in the way`, or `undefined`. */
export function obstacle(plan: Plan): string | undefined {
  const { length } = conflictsOf(plan)
  if (length === 0) return undefined
  return length === 1 ? 'something is in its way' : `${length} things are in its way`
}
