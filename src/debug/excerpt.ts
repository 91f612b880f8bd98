import { readFileSync, statSync } from 'node:fs'

/** Some lines of a file around one of them. Lines count from 1. */
export interface Excerpt {
  first: number
  lines: string[]
}

/** Bigger files are bundles or data: a look at them explains nothing and costs the page. */
const biggest = 2 << 20
const longestLine = 400

/**
 * The lines around `line` of a text file, `undefined` when it cannot be read or has no such line.
 * @param around how many lines before and after
 */
export function readExcerpt(file: string, line: number, around = 6): Excerpt | undefined {
  try {
    if (statSync(file).size > biggest) return undefined
    return excerptOf(readFileSync(file, 'utf8'), line, around)
  } catch {
    return undefined
  }
}

/** The lines around `line` of a text. */
export function excerptOf(text: string, line: number, around = 6): Excerpt | undefined {
  const lines = text.split(/\r\n|\r|\n/)
  if (line < 1 || line > lines.length) return undefined
  const first = Math.max(1, line - around)
  return { first, lines: lines.slice(first - 1, line + around).map(shorten) }
}

function shorten(text: string): string {
  return text.length > longestLine ? `${text.slice(0, longestLine)}…` : text
}

/** An excerpt as a terminal shows it: numbered, the line marked with `>`, a caret under the column. */
export function formatExcerpt(excerpt: Excerpt, line: number, column: number | undefined): string {
  const width = String(excerpt.first + excerpt.lines.length - 1).length
  return excerpt.lines
    .flatMap((text, index) => {
      const number = excerpt.first + index
      const row = `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd()
      if (number !== line || column === undefined || column > text.length + 1) return [row]
      const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
      return [row, `  ${' '.repeat(width)} | ${indent}^`]
    })
    .join('\n')
}
