import type { Collation } from '../bson/collation.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Index } from '../index/index-state.ts'
import type { Filter } from '../query/compile-filter.ts'
import type { Bounds, Range } from './bounds.ts'

/** What a command wants to read. */
export interface Query {
  readonly filter: Filter
  readonly sort?: Doc | undefined
  readonly hint?: string | Doc | undefined
  readonly collation?: Collation | undefined
  readonly min?: Doc | undefined
  readonly max?: Doc | undefined
}

/** How it will be read. */
export type Plan = NothingPlan | CollectionScan | IdLookup | IndexScan | Union

/** The filter can match no document. */
export interface NothingPlan {
  readonly kind: 'nothing'
}

export interface CollectionScan {
  readonly kind: 'scan'
  readonly reverse: boolean
}

export interface IdLookup {
  readonly kind: 'id'
  readonly id: Value
  readonly index: Index
}

export interface IndexScan {
  readonly kind: 'index'
  readonly index: Index
  readonly bounds: Bounds
  readonly ranges: readonly Range[]
  readonly reverse: boolean
  /** The documents come in the order the query asks for. */
  readonly sorted: boolean
  /** Every document found is wanted: the filter need not look. */
  readonly exact: boolean
}

/** The branches of an `$or`, each by its own index. */
export interface Union {
  readonly kind: 'or'
  readonly plans: readonly (IndexScan | IdLookup)[]
}
