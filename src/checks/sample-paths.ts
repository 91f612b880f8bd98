import type { Pattern, Variable } from '../routing/index.ts'

/** Texts of many kinds: whatever a variable takes, some of them are probably among it. */
const TEXTS = [
  '7',
  '2024',
  '12',
  'a',
  'abc',
  'en',
  'a-b',
  'a_b',
  'A',
  'x.y',
  'é~!',
  '0',
  '-3',
  '1.5',
  '2024-02-29',
  '123e4567-e89b-42d3-a456-426614174000',
  '507f1f77bcf86cd799439011',
  'true',
]
const WIDE = ['a/b', 'a/7/x.y']

/** Paths that a pattern matches: one for each text that all its variables take, and one of first fits. */
export function samplePaths(pattern: Pattern): string[] {
  if (pattern.variables.length === 0) return [pattern.source]
  const fitting = pattern.variables.map((variable) => textsFor(variable))
  if (fitting.some((texts) => texts.length === 0)) return []
  const most = Math.max(...fitting.map((texts) => texts.length))
  const paths = new Set<string>()
  for (let round = 0; round < most; round++) {
    const values = fitting.map((texts) => texts[round % texts.length]!)
    paths.add(fill(pattern, values))
  }
  return [...paths]
}

function textsFor(variable: Variable): string[] {
  return [...TEXTS, ...(variable.wide ? WIDE : [])].filter(
    (text) => variable.test.test(text) && isTaken(variable, text),
  )
}

function isTaken(variable: Variable, text: string): boolean {
  try {
    return variable.parse(text) !== undefined
  } catch {
    return false
  }
}

function fill(pattern: Pattern, values: readonly string[]): string {
  let next = 0
  const segments = pattern.segments.map(({ parts }) =>
    parts.map((part) => (typeof part === 'string' ? part : encode(values[next++]!))).join(''),
  )
  return `/${segments.join('/')}`
}

function encode(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/')
}
