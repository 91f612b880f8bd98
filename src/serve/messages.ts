import type { ErrorReport } from '../debug/index.ts'
import type { Mode } from '../project/index.ts'
import type { PackedError } from './workers/packed-error.ts'

/** What a child is told to build. */
export interface BuildOrder {
  root: string
  mode: Mode
  /** What the command line and its environment say; settings that are left out are the site's. */
  flags: { host?: string | undefined; port?: number | undefined; live?: boolean | undefined }
  /** Counts the starts: a page knows from it whether newer code runs. */
  generation: number
  /** Seals the sessions of a site that has no key of its own, so that they outlive a restart. */
  spareKey: string
}

/** An app as the terminal greets it. */
export interface AppSummary {
  name: string
  /** A path of it that needs no parameters. */
  path: string | undefined
}

/** What the parent must know of a site that stands ready. */
export interface SiteSummary {
  name: string
  host: string
  port: number
  /** Whether pages get the live browser's script. */
  live: boolean
  apps: AppSummary[]
}

/** From the parent to a child. A connection's socket travels beside its message. */
export type ToChild =
  | ({ type: 'build' } & BuildOrder)
  /** The store that `database` asked for is open, or there is none to open. */
  | { type: 'database-open'; failure: PackedError | undefined }
  | { type: 'connection'; id: number }
  /** Templates changed; some may have come or gone. */
  | { type: 'templates' }
  /** Newer code is asked for: begin no answer any more, hand back the connections, end when the last answer is out. */
  | { type: 'retire' }
  /** The server ends. */
  | { type: 'stop'; deadline: number }

/** From a child to the parent. */
export type FromChild =
  /** Everything is imported; `warm` once it has run, too. */
  | { type: 'spare'; warm: boolean }
  /** The site's `settings.database`: an embedded store is opened by the parent, so that no restart closes it. */
  | { type: 'database'; url: string }
  | { type: 'ready'; site: SiteSummary }
  | { type: 'broken'; report: ErrorReport }
  /** An error nobody caught; the child ends. */
  | { type: 'crashed'; report: ErrorReport }
  /** The connection arrived; the parent may let go of its copy. */
  | { type: 'taken'; id: number }
  /** From here on this child begins no answer. */
  | { type: 'retired' }
  /** A connection between two requests, handed back. */
  | { type: 'returned' }
  /** A connection on which a page waits for news. */
  | { type: 'live' }
