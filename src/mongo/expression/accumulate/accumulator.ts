import type { Value } from '../../bson/value.ts'

/** What gathers the values of a group, a window or an array. */
export interface Accumulator {
  readonly add: (value: Value | undefined) => void
  readonly result: () => Value
  /** Whether it keeps all it is given. */
  readonly grows?: boolean
}
export type MakeAccumulator = () => Accumulator
