import { fail, type MongoError } from '../bson/errors.ts'

/** How long a command works before it lets others in. */
const SLICE_MS = 8

/** What knows of commands that wait for their next turn; the answer is called when they go on for good. */
export interface Waiting {
  (turn: Turn): () => void
}

/** The time a command may take, and the cursor it leaves: all of it, and at a stretch. */
export class Turn {
  private readonly limit: number
  private used = 0
  private since: number
  private slice: number
  private reason: MongoError | undefined
  private waiting: Waiting | undefined

  constructor(milliseconds: number | undefined, waiting?: Waiting) {
    this.limit = milliseconds && milliseconds > 0 ? milliseconds : Infinity
    this.since = this.slice = performance.now()
    this.waiting = waiting
  }

  /** For evaluators: throws 50 when the time is over; undefined when there is no limit. */
  get check(): (() => void) | undefined {
    return this.limit === Infinity ? undefined : () => this.throwIfOver()
  }

  /** Whether others have waited long enough. */
  get isOver(): () => boolean {
    return () => performance.now() - this.slice >= SLICE_MS
  }

  /** The clock stands still between two batches. */
  pause(): void {
    this.used += performance.now() - this.since
  }

  /** The clock goes on, for another command. */
  restart(next: Turn): void {
    this.waiting = next.waiting
    this.since = this.slice = performance.now()
  }

  /** Ends the command with an error at its next turn. */
  kill(reason: MongoError): void {
    this.reason ??= reason
  }

  /** Tells that others get their turn. @returns what tells that the command has ended */
  leave(): () => void {
    return this.waiting?.(this) ?? (() => undefined)
  }

  /** Begins the next turn. @throws MongoError why it was killed, or 50 */
  resume(): void {
    if (this.reason) throw this.reason
    if (this.limit !== Infinity) this.throwIfOver()
    this.slice = performance.now()
  }

  private throwIfOver(): void {
    if (this.used + performance.now() - this.since >= this.limit) fail(50, 'operation exceeded time limit')
  }
}
