import { readFileSync } from 'node:fs'
import type { Place } from '../base/errors.ts'
import { lineAndColumn, scanSource } from './scan-source.ts'

/** Where a module exports its default, or its first line when it exports none. */
export function defaultExportPlace(file: string): Place {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return { file }
  }
  const tokens = scanSource(text)
  const at = tokens.findIndex(
    ({ text: word }, i) =>
      word === 'default' && (tokens[i - 1]?.text === 'export' || tokens[i - 1]?.text === 'as'),
  )
  if (at < 0) return { file, line: 1, column: 1 }
  const first = tokens[at - 1]?.text === 'export' ? at - 1 : at
  return { file, ...lineAndColumn(text, tokens[first]!.start) }
}
