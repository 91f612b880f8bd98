import type { EvalContext } from '../bson/context.ts'
import { printElement } from '../bson/print.ts'
import type { Doc, Value } from '../bson/value.ts'

/** What an operator does with one field. */
export interface Modifier {
  /** Makes a field that is not there; an operator without it leaves missing fields alone. */
  readonly create?: (where: Where) => Value
  /** The new value of a field that is there: the same reference for no change, REMOVED to take it away. */
  readonly update: (current: Value, where: Where) => Value | typeof REMOVED
  /** $setOnInsert: only for documents an upsert makes. */
  readonly insertOnly?: true
  /** $unset: a path that leads through a scalar is no error. */
  readonly lenient?: true
  /** $rename: where the value comes from; the field it stands at is the target. */
  readonly from?: readonly string[]
}

export const REMOVED: unique symbol = Symbol('removed')

/** Where an operator is at work, for its messages. */
export interface Where {
  readonly path: string
  readonly field: string
  readonly root: Doc
}

/** Compiles the operand of one operator for one path. */
export type MakeModifier = (operand: Value, path: string, context: EvalContext) => Modifier

/** The document of an error message: its _id, as far as it has one. */
export function printId(root: Doc): string {
  return root.has('_id') ? printElement('_id', root.get('_id')) : 'no id'
}
