import type { Doc } from '../bson/value.ts'
import { compileFilter, type Filter } from '../query/compile-filter.ts'
import type { IndexSpec } from './spec.ts'

/** An index in use: its specification, compiled, and what its documents have taught about it. */
export interface Index {
  readonly ident: number
  spec: IndexSpec
  readonly directions: readonly (1 | -1)[]
  readonly partial: Filter | undefined
  /** By field: whether any document had an array on its path; never turns back. */
  multikey: boolean[]
  /** Whether any key was cut short: then the order of entries is not to be relied on. */
  long: boolean
  /** False while it is being built: writes keep it up, reads do not see it. */
  ready: boolean
  /** No key of it is above this one, once somebody has looked: what is higher cannot be taken. Only kept where unique. */
  highest: string | undefined
  /** How often a plan used it, and since when: $indexStats. */
  uses: number
  readonly since: Date
}

export function makeIndex(
  ident: number,
  spec: IndexSpec,
  state?: { multikey: boolean[]; long: boolean; ready: boolean },
): Index {
  return {
    ident,
    spec,
    directions: spec.fields.map(({ direction }) => direction),
    partial: spec.partial && compilePartial(spec.partial, spec),
    multikey: state?.multikey ?? spec.fields.map(() => false),
    long: state?.long ?? false,
    ready: state?.ready ?? true,
    highest: undefined,
    uses: 0,
    since: new Date(),
  }
}

/** Tells of a key that was put. */
export function raise(index: Index, key: string): void {
  if (index.highest !== undefined && key > index.highest) index.highest = key
}

export function isIdIndex(index: Index): boolean {
  return (
    index.spec.fields.length === 1 &&
    index.spec.fields[0]?.path === '_id' &&
    index.spec.fields[0].direction === 1
  )
}

function compilePartial(partial: Doc, spec: IndexSpec): Filter {
  return compileFilter(partial, { now: new Date(0), collation: spec.collation })
}
