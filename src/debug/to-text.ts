import { formatExcerpt } from './excerpt.ts'
import { mainFrame, type ErrorReport, type ReportFrame } from './report.ts'

/** An error for the terminal: message, hint, the lines at fault, the project's frames, the causes. No colours. */
export function reportToText(report: ErrorReport): string {
  const main = mainFrame(report)
  const parts = [headline(report)]
  if (report.hint !== undefined) parts.push(report.hint)
  if (main !== undefined) parts.push(placeText(main), excerptText(main))
  const others = [...report.templates, ...report.frames.filter(({ owner }) => owner === 'project')].filter(
    (frame) => !isSamePlace(frame, main),
  )
  if (others.length > 0) parts.push(others.map((frame) => `  ${frameText(frame)}`).join('\n'))
  for (const cause of tellingCauses(report)) parts.push(`caused by ${headline(cause).split('\n', 1)[0]}`)
  return parts.filter((part) => part !== '').join('\n')
}

/** Whoever wraps an error often says in its own message what the wrapped one said. */
function saysAlready(message: string, cause: string): boolean {
  const gist = cause.split('\n', 1)[0]!.replace(/^.*?:\d+:\d+:\s*/, '')
  return message.includes(gist)
}

/** `TypeError: x is not a function`; an error of tao's own speaks for itself. */
export function headline(report: ErrorReport): string {
  if (report.name === 'TaoError') return report.message
  return report.message === '' ? report.name : `${report.name}: ${report.message}`
}

export function causes(report: ErrorReport): ErrorReport[] {
  return report.cause === undefined ? [] : [report.cause, ...causes(report.cause)]
}

/** The causes that tell something their wrapping does not: other words, or a place in the project. */
export function tellingCauses(report: ErrorReport): ErrorReport[] {
  return causes(report).filter(
    (cause) =>
      !saysAlready(report.message, cause.message) || cause.frames.some(({ owner }) => owner === 'project'),
  )
}

/** `apps/blog/views.ts:12:5`. */
export function placeText(frame: ReportFrame): string {
  return [frame.shown, frame.line, frame.line === undefined ? undefined : frame.column]
    .filter((part) => part !== undefined)
    .join(':')
}

export function frameText(frame: ReportFrame): string {
  return frame.call === '' ? `at ${placeText(frame)}` : `at ${frame.call} (${placeText(frame)})`
}

export function excerptText(frame: ReportFrame): string {
  if (frame.source === undefined || frame.line === undefined) return ''
  return formatExcerpt(frame.source, frame.line, frame.column)
}

export function isSamePlace(a: ReportFrame, b: ReportFrame | undefined): boolean {
  return a.file === b?.file && a.line === b.line
}
