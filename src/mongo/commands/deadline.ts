import { fail } from '../bson/errors.ts'

/** The time a command may take, and the cursor it leaves: only time spent at work counts. */
export class Deadline {
  private left: number
  private since: number

  constructor(milliseconds: number | undefined) {
    this.left = milliseconds && milliseconds > 0 ? milliseconds : Infinity
    this.since = performance.now()
  }

  /** For evaluators: undefined when there is no limit. */
  get check(): (() => void) | undefined {
    return this.left === Infinity ? undefined : () => this.throwIfOver()
  }

  /** The clock stands still between two batches. */
  pause(): void {
    this.left -= performance.now() - this.since
  }

  restart(): void {
    this.since = performance.now()
  }

  private throwIfOver(): void {
    if (performance.now() - this.since >= this.left) fail(50, 'operation exceeded time limit')
  }
}
