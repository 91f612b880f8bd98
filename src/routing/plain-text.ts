import type { Variable } from './pattern.ts'

/*
 * Kinds of characters that `encodeURIComponent` leaves alone, as bits. A dot is of none: alone, or two of them, they
 * are a segment that leads elsewhere.
 */
const DIGIT = 1
const SLUG = 2
const UNRESERVED = 4

const KINDS: Uint8Array = new Uint8Array(128)
for (const [kind, characters] of [
  [DIGIT, /[0-9]/],
  [SLUG, /[-a-zA-Z0-9_]/],
  [UNRESERVED, /[-a-zA-Z0-9_!~*'()]/],
] as const) {
  for (let code = 0; code < KINDS.length; code++) {
    if (characters.test(String.fromCharCode(code))) KINDS[code]! |= kind
  }
}

/**
 * The kind of characters of which every text, unless it is empty, matches a variable's pattern.
 *
 * @returns 0 when there is no telling
 */
export function textKind({ converter, pattern }: Variable): number {
  // The pattern of `{name}` says where it ends in a path; its text may be anything.
  if (converter === 'str') return UNRESERVED
  if (pattern === '[0-9]+') return DIGIT
  return pattern === '[-a-zA-Z0-9_]+' ? SLUG : 0
}

/** Whether a text is of one kind: then it needs no look at its pattern, and no percent-encoding. */
export function plainText(text: string, kind: number): boolean {
  const { length } = text
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127 || (KINDS[code]! & kind) === 0) return false
  }
  return length > 0 && kind !== 0
}
