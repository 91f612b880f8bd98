/** The first thing wrong with a JSON text. */
export interface JsonFault {
  /** Counted in UTF-16 units from 0. */
  position: number
  reason: string
}

interface Frame {
  kind: '{' | '['
  /** Keys so far; only of objects. */
  keys: Set<string>
  /** The key this container stands under. */
  under: string | undefined
  /** The key whose value comes next. */
  key: string | undefined
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end'

const SPACE = /[ \t\n\r]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERAL = /true|false|null/y
const WORD = /[\w$+.-]+/y

/**
 * Walks a JSON text, without recursion, to the first fault: of syntax, a key twice, a key that reaches for a
 * prototype or, unless those are let through, is an operator of MongoDB, or nesting deeper than `depth`. JSON.parse is
 * faster and does not say where; this is for when it failed.
 */
export function findJsonFault(text: string, depth: number, operators: boolean = true): JsonFault | undefined {
  const frames: Frame[] = []
  let expected: Expected = 'value'
  let at = 0

  for (;;) {
    at += lengthOf(SPACE, text, at)
    const frame = frames.at(-1)
    if (frame === undefined && expected === 'comma or end') {
      return at < text.length ? fault(at, `the value is complete, yet ${show(text, at)} follows`) : undefined
    }
    if (at >= text.length) return fault(at, `the text ends where ${describe(expected, frame)} should come`)
    const character = text[at]!

    if (expected === 'colon') {
      if (character !== ':') return fault(at, `expected a colon after the key, found ${show(text, at)}`)
      at++
      expected = 'value'
    } else if (expected === 'comma or end' && frame !== undefined) {
      if (character === ',') expected = frame.kind === '{' ? 'key' : 'value'
      else if (character === closing(frame)) frames.pop()
      else return fault(at, `expected ${describe(expected, frame)}, found ${show(text, at)}`)
      at++
    } else if (character === ']' && expected === 'value or ]') {
      frames.pop()
      at++
      expected = 'comma or end'
    } else if (character === '}' && expected === 'key or }') {
      frames.pop()
      at++
      expected = 'comma or end'
    } else if (character === '"') {
      const end = endOfString(text, at)
      if (text[end] !== '"') return stringFault(text, at, end)
      if (expected === 'key' || expected === 'key or }') {
        const key = JSON.parse(text.slice(at, end + 1)) as string
        const reason = keyFault(key, frame!, operators)
        if (reason !== undefined) return fault(at, reason)
        frame!.keys.add(key)
        frame!.key = key
        expected = 'colon'
      } else expected = 'comma or end'
      at = end + 1
    } else if (expected === 'key' || expected === 'key or }') {
      return fault(at, `expected ${describe(expected, frame)}, found ${show(text, at)}`)
    } else if (character === '{' || character === '[') {
      if (frames.length >= depth) return fault(at, `it nests deeper than ${depth} levels`)
      frames.push({ kind: character, keys: new Set(), under: frame?.key, key: undefined })
      at++
      expected = character === '{' ? 'key or }' : 'value or ]'
    } else {
      const length = lengthOf(NUMBER, text, at) || lengthOf(LITERAL, text, at)
      const word = lengthOf(WORD, text, at)
      if (length === 0 || word > length)
        return fault(at, `expected ${describe(expected, frame)}, found ${show(text, at)}`)
      at += length
      expected = 'comma or end'
    }
  }
}

function keyFault(key: string, frame: Frame, operators: boolean): string | undefined {
  if (!operators && key.startsWith('$'))
    return `the key ${quote(key)} begins with $, as operators of queries do`
  if (frame.keys.has(key)) return `the key ${quote(key)} is there twice`
  if (key === '__proto__') return 'the key "__proto__" is not allowed'
  if (key === 'prototype' && frame.under === 'constructor')
    return 'the key "constructor.prototype" is not allowed'
  return undefined
}

function stringFault(text: string, start: number, end: number): JsonFault {
  if (end >= text.length) return fault(start, 'the string that begins here does not end')
  if (text[end] === '\\') return fault(end, `the escape ${show(text, end)} is none that JSON knows`)
  return fault(end, `a string cannot hold the control character ${show(text, end)}; write it as an escape`)
}

/** The place of the closing quote, or of what keeps the string from having one. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"' && text.charCodeAt(at) > 0x1f) {
    const length = text[at] === '\\' ? lengthOf(ESCAPE, text, at) : 1
    if (length === 0) break
    at += length
  }
  return at
}

function fault(position: number, reason: string): JsonFault {
  return { position, reason }
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : 0
}

function closing(frame: Frame): string {
  return frame.kind === '{' ? '}' : ']'
}

function describe(expected: Expected, frame: Frame | undefined): string {
  if (expected === 'comma or end') return frame === undefined ? 'the end' : `a comma or ${closing(frame)}`
  if (expected === 'key') return 'a key in double quotes'
  if (expected === 'key or }') return 'a key in double quotes or }'
  if (expected === 'colon') return 'a colon'
  return expected === 'value or ]' ? 'a value or ]' : 'a value'
}

/** What stands at a place, short enough for a message. */
function show(text: string, at: number): string {
  if (at >= text.length) return 'the end'
  if (text[at] === '\\') return quote(text.slice(at, at + (text[at + 1] === 'u' ? 6 : 2)))
  const word = lengthOf(WORD, text, at)
  return quote(
    word > 0 ? text.slice(at, at + Math.min(word, 20)) : String.fromCodePoint(text.codePointAt(at)!),
  )
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
