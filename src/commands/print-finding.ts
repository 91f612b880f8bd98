import { relative } from 'node:path'
import { formatPlace, type Place } from '../base/errors.ts'
import type { Terminal } from '../base/terminal.ts'

const colours = {
  error: ['red', 'bold'],
  warning: ['yellow', 'bold'],
  info: ['cyan'],
  debug: ['dim'],
} as const

/** What a check found, for a person: the sentence, the place, what to do. */
export interface PrintedFinding {
  id: string
  level: keyof typeof colours
  message: string
  hint?: string | undefined
  place?: Place | undefined
  fix?: { summary: string } | undefined
}

export function printFinding(
  out: Terminal,
  root: string,
  { id, level, message, hint, place, fix }: PrintedFinding,
): void {
  out.line(`${out.style([...colours[level]], `${level}:`)} ${message} ${out.style('dim', `(${id})`)}`)
  if (place !== undefined) out.line(`  ${out.style('dim', 'at')}    ${shortPlace(root, place)}`)
  if (hint !== undefined) out.line(`  ${out.style('cyan', 'hint')}  ${hint.replaceAll('\n', '\n        ')}`)
  if (fix !== undefined) out.line(`  ${out.style('cyan', 'fix')}   tao check --fix: ${fix.summary}`)
}

/** As `printFinding`, for programs. */
export function findingAsJson(
  root: string,
  { id, level, message, hint, place, fix }: PrintedFinding,
): Record<string, unknown> {
  return {
    id,
    level,
    message,
    hint,
    file: place && relative(root, place.file),
    line: place?.line,
    column: place?.column,
    fix: fix?.summary,
  }
}

function shortPlace(root: string, place: Place): string {
  const file = relative(root, place.file)
  return formatPlace({ ...place, file: file.startsWith('..') ? place.file : file })
}
