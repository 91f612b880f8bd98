import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../docs/performance.md', import.meta.url)

/** A table as Markdown that is as legible in a terminal: the first column to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(' | ')} |`
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** Puts figures into docs/performance.md, between the marks of their name. */
export function writeFigures(name: string, text: string): void {
  const before = readFileSync(page, 'utf8')
  const [open, close] = [`<!-- figures: ${name} -->`, `<!-- end: ${name} -->`]
  const [start, end] = [before.indexOf(open), before.indexOf(close)]
  if (start === -1 || end < start)
    throw new Error(`docs/performance.md has no place for the figures of ${name}.`)
  writeFileSync(page, `${before.slice(0, start + open.length)}\n\n${text}\n\n${before.slice(end)}`)
}
