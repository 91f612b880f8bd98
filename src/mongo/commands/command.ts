import type { Catalog } from '../catalog/catalog.ts'
import type { Data } from '../collection/data.ts'
import type { Cursors } from '../cursor/cursors.ts'
import type { Doc } from '../bson/value.ts'
import type { Arguments } from './arguments.ts'
import type { Fields } from './check-arguments.ts'
import type { Spills } from '../spill/spills.ts'
import type { Turn } from '../turn/turn.ts'
import type { FailPoints } from './fail-points.ts'
import type { Operations } from './operations.ts'

/** What every command of one store shares. */
export interface StoreState {
  readonly catalog: Catalog
  readonly data: Data
  readonly cursors: Cursors
  /** Commands that are at work and have let others in. */
  readonly operations: Operations
  readonly spills: Spills
  readonly started: Date
  /** Where the data lie, for what tells of the machine; undefined in memory. */
  readonly folder: string | undefined
  readonly connections: { open: number; made: number }
  /** Failures ordered by tests of drivers; undefined as a rule. */
  readonly failPoints?: FailPoints | undefined
  /** Commands served, by name. */
  readonly served: Map<string, number>
}

/** One command as it came. */
export interface Request {
  readonly name: string
  readonly db: string
  readonly body: Doc
  readonly sequences: ReadonlyMap<string, Buffer[]>
  readonly store: StoreState
  readonly connection: number
  readonly now: Date
  readonly turn: Turn
}

/** A reply without its `ok`, or all of it as bytes. */
export type Reply = Doc | Buffer

export interface Command {
  readonly name: string
  /** Other spellings drivers use. */
  readonly aliases?: readonly string[]
  /** The fields it knows beside its own name and those every command may carry. */
  readonly fields: Fields
  /** Whether the stable API (version 1) has it. */
  readonly stable?: boolean
  /** Whether fields it does not know are let pass. */
  readonly lenient?: boolean
  /** Only on the admin database. */
  readonly admin?: boolean
  /** Whether it is only of use to the client that sent it, and ends with it. */
  readonly endsWithClient?: boolean
  readonly run: (request: Request, args: Arguments) => Reply | Promise<Reply>
}
