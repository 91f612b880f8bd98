import { toDoc } from '../../../src/mongo/bson/plain.ts'
import type { EvalContext } from '../../../src/mongo/bson/context.ts'
import { compileFilter, type Filter } from '../../../src/mongo/query/compile-filter.ts'
import type { Doc } from '../../../src/mongo/bson/value.ts'

export const context: EvalContext = { now: new Date('2026-01-02T03:04:05Z') }

export function filterOf(filter: Record<string, unknown>, given: EvalContext = context): Filter {
  return compileFilter(toDoc(filter), given)
}

/** The positions of the documents the filter matches. */
export function matching(
  filter: Record<string, unknown>,
  docs: Record<string, unknown>[],
  given?: EvalContext,
): number[] {
  const compiled = filterOf(filter, given)
  return docs
    .map((doc, i): [Doc, number] => [toDoc(doc), i])
    .filter(([doc]) => compiled.matches(doc))
    .map(([, i]) => i)
}

export type Case = [filter: Record<string, unknown>, docs: Record<string, unknown>[], expected: number[]]
