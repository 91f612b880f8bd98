import { MongoError } from '../bson/errors.ts'
import type { Doc } from '../bson/value.ts'
import type { Turn } from '../turn/turn.ts'

/** A command at work that has let others in: only such a one can be seen or ended by them. */
export interface Operation {
  readonly name: string
  readonly db: string
  readonly body: Doc
  readonly connection: number
  readonly started: Date
  readonly turn: Turn
  readonly endsWithClient: boolean
}

/** The commands of a store that are at work. */
export class Operations {
  private readonly running = new Map<number, Operation>()
  private last = 0

  /** @returns what to call when it has ended */
  add(operation: Operation): () => void {
    const id = ++this.last
    this.running.set(id, operation)
    return () => this.running.delete(id)
  }

  /** What the next to let others in will be called. */
  get next(): number {
    return this.last + 1
  }

  entries(): IterableIterator<[id: number, operation: Operation]> {
    return this.running.entries()
  }

  /** `killOp`. */
  kill(id: number): void {
    this.running.get(id)?.turn.kill(new MongoError(11601, 'operation was interrupted'))
  }

  /** A client is gone: what only it would have read ends. */
  killOf(connection: number): void {
    for (const { connection: own, turn, endsWithClient } of this.running.values()) {
      if (!endsWithClient || own !== connection) continue
      turn.kill(new MongoError(279, 'operation was interrupted because a client disconnected'))
    }
  }

  /** The store closes. */
  async end(): Promise<void> {
    while (this.running.size > 0) {
      for (const { turn } of this.running.values()) {
        turn.kill(new MongoError(11600, 'interrupted at shutdown'))
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
