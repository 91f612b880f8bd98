import type { EvalContext } from '../../../src/mongo/bson/context.ts'
import { fromPlain, toDoc, toPlain } from '../../../src/mongo/bson/plain.ts'
import type { Doc } from '../../../src/mongo/bson/value.ts'
import { compileFilter } from '../../../src/mongo/query/compile-filter.ts'
import { compileUpdate } from '../../../src/mongo/update/compile-update.ts'
import { upsertBase } from '../../../src/mongo/update/upsert-base.ts'

export type Plain = Record<string, unknown>

export interface How {
  filter?: Plain
  arrayFilters?: Plain[]
  context?: EvalContext
  multi?: boolean
}

export const now: Date = new Date('2026-01-02T03:04:05.678Z')

/** The document after the update, as plain JavaScript. */
export function update(spec: Plain, doc: Plain, how: How = {}): unknown {
  return toPlain(updateDoc(spec, toDoc(doc), how))
}

export function updateDoc(
  spec: Plain,
  doc: Doc,
  { filter, arrayFilters, multi, context = { now } }: How = {},
): Doc {
  return compileUpdate(toDoc(spec), {
    context,
    multi,
    filter: filter && compileFilter(toDoc(filter), context),
    arrayFilters: arrayFilters?.map(toDoc),
  }).apply(doc, { upsert: false })
}

/** The document an upsert makes of a filter and an update. */
export function upsert(filter: Plain, spec: Plain): Plain {
  const context = { now }
  const compiled = compileFilter(toDoc(filter), context)
  const updater = compileUpdate(fromPlain(spec) as Doc, { context, filter: compiled })
  return toPlain(updater.apply(upsertBase(compiled, updater.replacement), { upsert: true })) as Plain
}
