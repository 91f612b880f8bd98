import type { Collation } from './collation.ts'
import type { Value } from './value.ts'

/** What the evaluation of one command's filters and expressions needs to know besides the document. */
export interface EvalContext {
  /** `$$NOW` and `$currentDate`: one moment for the whole command. */
  readonly now: Date
  readonly collation?: Collation | undefined
  /** `let` of the command: user variables by name, without the dollars. */
  readonly variables?: ReadonlyMap<string, Value> | undefined
  /** Throws 50 MaxTimeMSExpired once the command's time is over; long loops call it now and then. */
  readonly deadline?: (() => void) | undefined
}
