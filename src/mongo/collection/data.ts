import { MongoError } from '../bson/errors.ts'
import type { Engine } from '../storage/engine.ts'
import { StoreError } from '../storage/errors.ts'

/** Something that holds figures beside the engine: it writes them with a commit and reads them again after an undo. */
export interface Tracked {
  save(engine: Engine): void
  reload(engine: Engine): void
}

/** The engine, and what must be written or undone together with it. */
export class Data {
  readonly engine: Engine
  /** A set would be made anew with every commit; these are one or two. */
  private readonly changed: Tracked[] = []
  private undo: (() => void)[] = []

  constructor(engine: Engine) {
    this.engine = engine
  }

  touch(tracked: Tracked): void {
    if (this.changed.at(-1) !== tracked && !this.changed.includes(tracked)) this.changed.push(tracked)
  }

  /** Notes how to undo a change in memory that goes with the next commit. */
  undoWith(undo: () => void): void {
    this.undo.push(undo)
  }

  /** Acknowledges every write since the last commit. @throws MongoError 14031 or 8 with all of them undone */
  commit(): void {
    try {
      for (const tracked of this.changed) tracked.save(this.engine)
      this.engine.commit()
      this.changed.length = 0
      if (this.undo.length > 0) this.undo = []
    } catch (error) {
      this.rollback()
      throw engineError(error)
    }
  }

  rollback(): void {
    this.engine.rollback()
    for (const tracked of this.changed) tracked.reload(this.engine)
    this.changed.length = 0
    for (const undo of this.undo.splice(0).toReversed()) undo()
  }

  /** Waits until every commit is on the disk: `j: true`. */
  async sync(): Promise<void> {
    try {
      await this.engine.sync()
    } catch (error) {
      throw engineError(error)
    }
  }
}

/** What a client is told of a storage error: the disk is full, the data are damaged, or whatever it is. */
export function engineError(error: unknown): unknown {
  if (error instanceof MongoError) return error
  if (error instanceof StoreError) {
    if (error.code === 'STORE_CORRUPT')
      return new MongoError(301, `${error.message} ${error.hint ?? ''}`.trim())
    const hint = error.hint ? ` ${error.hint}` : ''
    if (error.code === 'STORE_FULL')
      return new MongoError(14031, `${error.message} Nothing was written.${hint}`)
    return new MongoError(
      8,
      `${error.message} The store takes no more writes until it is opened anew.${hint}`,
    )
  }
  return error
}
