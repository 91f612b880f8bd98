import { nunjucks, type Runtime } from '../nunjucks.ts'
import { escapeText } from './escape.ts'

const SafeString: Runtime['SafeString'] = nunjucks.runtime.SafeString

/* In these two the parameters are called as in nunjucks: their names are in the messages of the errors. */

export function escapeValue(val: any): string {
  if (typeof val === 'string') return escapeText(val)
  if (val === undefined || val === null) return ''
  // None of the characters of a number means anything in HTML.
  if (typeof val === 'number') return String(val)
  if (val instanceof SafeString) return joined(val)
  return escapeText(val.toString())
}

export function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : joined(value)
}

/** As `+=` would append it. */
function joined(value: unknown): string {
  // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- It is a string only to the compiler.
  return '' + (value as string)
}

export function plainValue(str: any): string {
  if (typeof str === 'string') return str
  if (str === undefined || str === null) return ''
  if (str instanceof SafeString) return joined(str)
  const text: unknown = str.toString()
  return typeof text === 'string' ? text : escapeValue(text)
}

export function plainUnescaped(str: any): string {
  if (str === undefined || str === null || str instanceof SafeString) return textOf(str)
  return textOf(str.toString())
}
