import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { MongoError } from '../../../src/mongo/bson/errors.ts'
import { fromPlain, toDoc } from '../../../src/mongo/bson/plain.ts'
import type { Doc, Value } from '../../../src/mongo/bson/value.ts'
import { compilePipeline } from '../../../src/mongo/aggregate/pipeline.ts'
import type { PipelineContext } from '../../../src/mongo/aggregate/types.ts'
import { compileFilter } from '../../../src/mongo/query/compile-filter.ts'
import { show } from '../expression/evaluate.ts'
import { withoutPauses } from '../without-pauses.ts'

export type Plain = Record<string, unknown>
export type Collections = Record<string, readonly Plain[]>

export interface Reads {
  readonly collection: string
  readonly filter: Doc | undefined
}

/** A context over collections held in memory; `reads` gathers what other collections were asked for. */
export function makeContext(
  collections: Collections = {},
  more: Partial<PipelineContext> & { reads?: Reads[] } = {},
): PipelineContext {
  const { reads, ...rest } = more
  const context: PipelineContext = {
    now: new Date('2024-02-29T12:00:00.000Z'),
    db: 'test',
    collection: 'main',
    read(collection, filter) {
      reads?.push({ collection, filter })
      const docs = (collections[collection] ?? []).map((doc) => toDoc(doc))
      if (!filter) return docs
      const compiled = compileFilter(filter, context)
      return docs.filter((doc) => compiled.matches(doc))
    },
    ...rest,
  }
  return context
}

export function toStages(stages: readonly Plain[]): Doc[] {
  return stages.map((stage) => fromPlain(stage) as Doc)
}

/** Runs a pipeline written as JavaScript literals; the result shows its types as `show` does. */
export function run(
  stages: readonly Plain[],
  docs: readonly Plain[] = [],
  collections: Collections = {},
  more: Partial<PipelineContext> & { reads?: Reads[] } = {},
): unknown[] {
  const pipeline = compilePipeline(toStages(stages), makeContext(collections, more))
  return withoutPauses(pipeline.run(docs.map((doc) => toDoc(doc)))).map((doc) => show(doc))
}

/** The names of the fields of the first result, in order. */
export function fieldOrder(stages: readonly Plain[], docs: readonly Plain[]): string[] {
  const made = compilePipeline(toStages(stages), makeContext()).run(docs.map((doc) => toDoc(doc)))
  const [first] = withoutPauses(made)
  return [...(first ?? new Map<string, Value>()).keys()]
}

export function codeOf(stages: readonly Plain[], docs: readonly Plain[] = [{}]): number | string {
  try {
    return `no error but ${JSON.stringify(run(stages, docs))}`
  } catch (error) {
    if (error instanceof MongoError) return error.code
    throw error
  }
}

export function caseless(): NonNullable<PipelineContext['collation']> {
  const collation = makeCollation(toDoc({ locale: 'en', strength: 2 }))
  if (!collation) throw new Error('a collation of a locale is a collation')
  return collation
}
