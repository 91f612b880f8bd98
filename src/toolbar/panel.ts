import type { App, HttpResponse, Request } from '../http/index.ts'
import type { App as SiteApp } from '../project/index.ts'
import type { RequestRecord } from './record.ts'

/** What a panel may look at beside the record. */
export interface PanelSite {
  readonly app: App
  /** The site's apps. */
  readonly apps: readonly SiteApp[]
  /** A link that opens a file in the developer's editor, and the path as a person names it. */
  readonly place: (at: { file: string; line?: number | undefined; column?: number | undefined }) => PanelPlace
}

export interface PanelPlace {
  readonly shown: string
  readonly link: string | undefined
}

/**
 * A page of the toolbar. An app of the site adds its own: `export default [...]` in the app's `panels.ts`.
 *
 * `Collected` is what `collect` returns.
 */
export interface ToolbarPanel<Collected = unknown> {
  /** In the panel's address: lower case letters, digits and `-`. */
  readonly id: string
  readonly title: string
  /** The template that shows it: `shop:toolbar/basket`. It sees what `show` returns, and `record` and `collected`. */
  readonly template: string
  /** Called when an answer stands and is not yet sent; what it returns is kept with the request, as it is. */
  collect?(request: Request, response: HttpResponse): Collected
  /** A few characters beside the title. */
  badge?(record: RequestRecord, collected: Collected | undefined): string | number | undefined
  /** Called when somebody looks: the values of the template. */
  show?(
    record: RequestRecord,
    site: PanelSite,
    collected: Collected | undefined,
  ): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>
}
