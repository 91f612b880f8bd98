import type { PageInfo } from './page-info.ts'
import { pageHtml } from './page-html.ts'
import { describeError, mainFrame, type ErrorReport, type ReportFrame } from './report.ts'
import { sectionsOf, type Section } from './sections.ts'
import { taoFolder } from './tao-folder.ts'
import { reportToMarkdown } from './to-markdown.ts'
import { causes } from './to-text.ts'

/** One error in the three forms a client may ask for. */
export interface RenderedPage {
  status: number
  html: string
  /** What a client that asked for JSON gets: an object to be stringified. */
  json: Record<string, unknown>
  text: string
}

/**
 * The page for an exception, in development: what, where with the lines around it, through which templates, in which
 * request. In production nothing of it may be sent.
 * @param error whatever was thrown
 * @param info the project's folder, and what is known of the request; secrets are masked here
 */
export function renderErrorPage(error: unknown, info: PageInfo): RenderedPage {
  const report = describeError(error, { root: info.root, tao: taoFolder })
  const status = info.status ?? (report.status !== undefined && report.status >= 400 ? report.status : 500)
  const sections = sectionsOf(info)
  const markdown = reportToMarkdown(report, sections)
  const asked =
    info.request === undefined ? '' : ` · ${info.request.method} ${info.request.url.split('?', 1)[0]}`
  const { nonce, editor } = info
  return {
    status,
    html: pageHtml({ report, sections, markdown, kicker: `${status}${asked}`, nonce, editor }),
    json: reportToJson(report, status, sections),
    text: markdown,
  }
}

/** The same facts as data: `error`, `place`, `frames` with their source, one member for each table of the page. */
export function reportToJson(
  report: ErrorReport,
  status: number,
  sections: readonly Section[],
): Record<string, unknown> {
  const main = mainFrame(report)
  return {
    statusCode: status,
    error: report.name,
    message: report.message,
    code: report.code,
    hint: report.hint,
    place: main && frameJson(main),
    templates: report.templates.length === 0 ? undefined : report.templates.map(frameJson),
    frames: report.frames.map(frameJson),
    causes: causes(report).map(({ name, message, frames }) => ({
      name,
      message,
      frames: frames.map(frameJson),
    })),
    ...Object.fromEntries(sections.map(({ id, rows }) => [id, rowsJson(rows)])),
  }
}

function rowsJson(rows: Section['rows']): unknown {
  return rows.map(({ name, value, note }) => ({ name, value, note }))
}

function frameJson({ call, file, line, column, owner, source }: ReportFrame): Record<string, unknown> {
  return { call, file, line, column, owner, source: owner === 'project' ? source : undefined }
}
