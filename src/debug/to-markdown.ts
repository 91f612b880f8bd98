import { extname } from 'node:path'
import { mainFrame, type ErrorReport, type ReportFrame } from './report.ts'
import type { Section } from './sections.ts'
import { excerptText, frameText, headline, placeText, tellingCauses } from './to-text.ts'

/** The error and its circumstances for an issue or a chat: what "Copy as Markdown" puts on the clipboard. */
export function reportToMarkdown(report: ErrorReport, sections: readonly Section[]): string {
  const main = mainFrame(report)
  const parts = [`# ${oneLine(headline(report))}`]
  if (report.code !== undefined) parts.push(`\`${report.code}\``)
  if (report.hint !== undefined) parts.push(`> ${oneLine(report.hint)}`)
  if (main !== undefined) parts.push(`## ${placeText(main)}`, fence(excerptText(main), languageOf(main)))
  if (report.templates.length > 0) parts.push('## Templates', frames(report.templates))
  if (report.frames.length > 0) parts.push('## Stack', frames(report.frames))
  for (const cause of tellingCauses(report)) {
    parts.push(`## Caused by ${oneLine(headline(cause))}`, frames(cause.frames))
  }
  for (const { title, rows } of sections) {
    const lines = rows.map(({ name, value, note }) =>
      [`${name}: ${value}`, note].filter(Boolean).join('  # '),
    )
    parts.push(`## ${title}`, fence(lines.join('\n'), ''))
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function frames(list: readonly ReportFrame[]): string {
  return fence(list.map(frameText).join('\n'), '')
}

function languageOf(frame: ReportFrame): string {
  return extname(frame.file).slice(1)
}

/** A fence longer than any run of backticks inside it. */
function fence(text: string, language: string): string {
  if (text === '') return ''
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const ticks = '`'.repeat(longest + 1)
  return `${ticks}${language}\n${text}\n${ticks}`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}
