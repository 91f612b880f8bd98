import { pageHtml } from './page-html.ts'
import { reportToJson, type RenderedPage } from './render-error-page.ts'
import type { ErrorReport } from './report.ts'
import { reportToMarkdown } from './to-markdown.ts'
import { reportToText } from './to-text.ts'

export interface BrokenInfo {
  /** `The site does not start`. */
  title: string
  /** Said under the message: what happens when it is mended. */
  after: string
  /** The live browser's script element, when it is on. */
  head?: string | undefined
  nonce?: string | undefined
  editor?: string | undefined
}

/** The page in place of every page while the site's code cannot be started. */
export function renderBrokenPage(report: ErrorReport, info: BrokenInfo): RenderedPage {
  const { title, after, head, nonce, editor } = info
  const markdown = reportToMarkdown(report, [])
  return {
    status: 500,
    html: pageHtml({ report, sections: [], markdown, kicker: title, after, head, nonce, editor }),
    json: { ...reportToJson(report, 500, []), title },
    text: `${title}\n\n${reportToText(report)}\n`,
  }
}
