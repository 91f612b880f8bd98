import { parse } from 'secure-json-parse'
import { bodyJson } from './errors.ts'
import { findJsonFault, type JsonFault } from './find-json-fault.ts'

/**
 * Parses JSON text. Refused are, besides what is no JSON: a key twice in one object (readers differ in which one
 * counts), `__proto__` and `constructor.prototype`, nesting deeper than `depth`, and, unless `operators` lets them through,
 * keys that begin with `$`: `{"name":{"$ne":null}}` put into a query would find somebody for everybody.
 * @throws TAO_BODY_JSON (400) with line, column and reason
 */
export function parseJson(text: string, depth: number, operators: boolean = true): unknown {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    throw faultOf(text, depth, error)
  }
  const keys = countKeys(value, depth)
  if (keys === undefined || keys !== countKeysOfText(text)) throw faultOf(text, depth)
  if (!operators && (text.includes('"$') || text.includes('"\\u0024'))) {
    // A key, or a text that is a value.
    const fault = findJsonFault(text, depth, false)
    if (fault !== undefined) throw toError(text, fault)
  }
  return value
}

function faultOf(text: string, depth: number, cause?: unknown): Error {
  const fault = findJsonFault(text, depth) ?? {
    position: 0,
    reason: cause instanceof Error ? cause.message : 'it could not be read',
  }
  return toError(text, fault)
}

function toError(text: string, { position, reason }: JsonFault): Error {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - (before.lastIndexOf('\n') + 1) + 1
  return bodyJson(line, column, reason, { details: { line, column, position, reason } })
}

/** How many keys all objects of the value have together; `undefined` when it nests too deep. */
function countKeys(value: unknown, depth: number): number | undefined {
  let keys = 0
  let level = isContainer(value) ? [value] : []
  for (let deep = 1; level.length > 0; deep++) {
    if (deep > depth) return undefined
    const next: object[] = []
    for (const container of level) {
      const values: unknown[] = Array.isArray(container) ? container : Object.values(container)
      if (!Array.isArray(container)) keys += values.length
      for (const inner of values) if (isContainer(inner)) next.push(inner)
    }
    level = next
  }
  return keys
}

/** How many keys the text of valid JSON has: strings with a colon behind them. */
function countKeysOfText(text: string): number {
  let keys = 0
  for (let start = text.indexOf('"'); start !== -1;) {
    let end = text.indexOf('"', start + 1)
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
    let after = end + 1
    while (text.charCodeAt(after) <= 0x20) after++
    if (text.charCodeAt(after) === 0x3a) keys++
    start = text.indexOf('"', after)
  }
  return keys
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0
  while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++
  return slashes % 2 === 1
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
