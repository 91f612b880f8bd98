import type { Logger } from 'pino'
import type { Database } from '../database/index.ts'
import { createGate, watchOverload, type Pipeline, type RouteOptions, type View } from '../http/index.ts'
import type { Settings } from '../project/index.ts'
import type { RouteTable } from '../routing/index.ts'

export interface GuardOptions {
  readonly settings: Settings
  readonly routes: Pick<RouteTable<View, RouteOptions>, 'entries'>
  readonly database: Pick<Database, 'isUsed' | 'ping'>
  readonly log: Logger
}

/** Stands before the site: answers for its health, and in its place when there is too much to do. */
export interface Guard {
  before(pipeline: Pipeline, isClosing: () => boolean): Pipeline
  close(): void
}

export function createGuard({ settings, routes, database, log }: GuardOptions): Guard {
  const overload = watchOverload(settings.overload, (exceeded) => {
    if (exceeded === undefined) log.info('No longer overloaded')
    else log.warn(`Overloaded, ${exceeded}: requests are answered 503 until that is over`)
  })
  let asking: Promise<void> | undefined
  const askDatabase = (always: boolean): Promise<void> | undefined => {
    if (!always && !database.isUsed) return undefined
    // However many ask, the database is asked once at a time.
    asking ??= database.ping().finally(() => {
      asking = undefined
    })
    return asking
  }
  /** A page of the site's own at this path goes before. */
  const free = (path: string | false): string | false =>
    routes.entries.some((entry) => entry.path === path) ? false : path
  const { live, ready } = settings.health
  const health = { ...settings.health, live: free(live), ready: free(ready) }

  return {
    before: (pipeline, isClosing) =>
      createGate({ settings: { ...settings, health }, isClosing, overload, askDatabase }, pipeline),
    close: () => overload?.close(),
  }
}
