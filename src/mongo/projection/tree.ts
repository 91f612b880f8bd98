import type { Value } from '../bson/value.ts'
import type { Expression } from '../expression/types.ts'

/** What a projection does with the fields of a document, by name and in the order of the projection. */
export type Tree = Map<string, Branch>

export type Branch =
  | { readonly kind: 'keep' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'compute'; readonly expression: Expression }
  | { readonly kind: 'elemMatch'; readonly find: (items: readonly Value[]) => number }
  | { readonly kind: 'tree'; readonly tree: Tree }
  /** What an inclusion keeps as it is and an exclusion need not mention: it is changed afterwards. */
  | { readonly kind: 'after' }

/** A change made to what a projection left, where `$slice` and the positional `$` are at home. */
export type After =
  | { readonly kind: 'slice'; readonly path: readonly string[]; slice(items: readonly Value[]): Value[] }
  | { readonly kind: 'position'; readonly path: readonly string[] }
