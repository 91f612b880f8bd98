import type { Collation } from './collation.ts'
import type { OpenSpill } from '../spill/spill-file.ts'
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
  /** Whether others have waited long enough: a long read then gives a pause. */
  readonly isOver?: (() => boolean) | undefined
  /** Opens a file for what does not fit in memory; undefined where the disk may not be used. */
  readonly spill?: OpenSpill | undefined
}
