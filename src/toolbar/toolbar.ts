import type { App, Request } from '../http/index.ts'
import type { App as SiteApp } from '../project/index.ts'
import type { History } from './history.ts'
import type { PanelSite, ToolbarPanel } from './panel.ts'
import type { RequestRecord } from './record.ts'

/** The name of the app that shows the toolbar; no app of a site is called like it by accident. */
export const APP_NAME = 'tao-toolbar'

/** Where its pages are. */
export const APP_PREFIX = '/__tao__/toolbar'

/** What the pages of the toolbar show from. */
export interface Toolbar {
  readonly history: History
  readonly panels: readonly ToolbarPanel[]
  readonly apps: readonly SiteApp[]
  readonly place: PanelSite['place']
  readonly mayBeSeenBy: (request: Request) => boolean
  readonly recordOf: (request: Request) => RequestRecord
}

const key: unique symbol = Symbol('toolbar')

/** The member of `request.app` that is found again by `toolbarOf`, and by nobody else. */
export function asMember(toolbar: Toolbar): object {
  return { [key]: toolbar }
}

export function toolbarOf(app: App): Toolbar {
  return (app as { [key]?: Toolbar })[key]!
}

/** What was taken down so far of a request that is under way; nothing when the toolbar is off, or of its own pages. */
export function findRecord(request: Request): RequestRecord | undefined {
  if (request.route?.app === APP_NAME) return undefined
  return (request.app as { [key]?: Toolbar })[key]?.recordOf(request)
}

export function recordPath(record: Pick<RequestRecord, 'id'>): string {
  return `${APP_PREFIX}/${record.id}`
}
