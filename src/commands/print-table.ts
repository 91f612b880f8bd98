import type { Terminal } from '../base/terminal.ts'

/** Prints rows in columns under their names. */
export function printTable(
  out: Terminal,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = header.map((word, i) => Math.max(word.length, ...rows.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string =>
    row.map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i]!))).join('  ')
  out.line(out.style('dim', line(header)))
  for (const row of rows) out.line(line(row))
}
