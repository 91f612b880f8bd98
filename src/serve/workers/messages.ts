import type { Mode, SettingsFlags } from '../../project/index.ts'
import type { PackedError } from './packed-error.ts'

/** What a worker is told to build. */
export interface WorkerOrder {
  root: string
  mode: Mode
  /** Its place among the workers, from 1; the one that replaces it has the same. */
  number: number
  flags: Pick<SettingsFlags, 'host' | 'port' | 'logRequests'>
  /** Seals the sessions of a site that has no key of its own; never in production. */
  spareKey: string
}

/** What the primary, which runs no code of the site, must know of it. */
export interface SiteFacts {
  name: string
  /** Its code is that of a build. */
  built: boolean
  host: string
  port: number
  /** Milliseconds for what is under way when a worker is to end. */
  shutdown: number
  /** Milliseconds a worker may say nothing; 0 is without end. */
  timeout: number
}

/** From the primary to a worker. A connection's socket travels beside its message. */
export type ToWorker =
  | ({ type: 'build' } & WorkerOrder)
  /** The store that `database` asked for is open, or there is none to open. */
  | { type: 'database-open'; failure: PackedError | undefined }
  | { type: 'connection'; id: number }
  /** What another worker, by its process id, says to all. */
  | { type: 'relay'; topic: string; message: unknown; from: number }
  /** The process of another worker is gone: it says nothing more. */
  | { type: 'lost'; pid: number }
  /** Another takes its place: begin no answer any more, hand back the connections, end when the last answer is out. */
  | { type: 'retire' }
  /** The server ends: finish what is under way, within so many milliseconds. */
  | { type: 'stop'; deadline: number }

/** From a worker to the primary. */
export type FromWorker =
  /** The site's `settings.database`: an embedded store is opened by the primary, so that no worker's end closes it. */
  | { type: 'database'; url: string }
  | { type: 'ready'; site: SiteFacts }
  | { type: 'broken'; error: PackedError }
  /** An error that nobody caught: it retires by itself, and another is to take its place. */
  | { type: 'failing'; error: PackedError }
  /** The connection arrived; the primary may let go of its copy. */
  | { type: 'taken'; id: number; open: number }
  /** A connection between two requests, handed back. */
  | { type: 'returned' }
  /** How many connections it has: said every second, as a sign of life, and soon after some have ended. */
  | { type: 'open'; open: number }
  /** It has done its part, and another is to take its place. */
  | { type: 'worn'; why: string }
  | { type: 'relay'; topic: string; message: unknown }
