import { canonicalCharset, decodeText } from './decode-text.ts'
import { bodyForm, bodyTooLarge, bodyTooMany } from './errors.ts'
import { formatBytes, type BodyLimits } from './limits.ts'

const PERCENT = 0x25

/**
 * The pairs of a url-encoded form, in order, as flat strings: `a[$gt]` is a name like any other.
 * @param charset the one the body's type names; UTF-8 when it names none
 * @throws TAO_BODY_TOO_MANY, TAO_BODY_TOO_LARGE (413), TAO_BODY_FORM, TAO_BODY_TEXT (400), TAO_BODY_CHARSET (415)
 */
export function parseUrlencoded(
  bytes: Buffer,
  limits: Pick<BodyLimits, 'fields' | 'fieldSize'>,
  charset?: string,
): [name: string, value: string][] {
  const unicode = charset === undefined || canonicalCharset(charset) === 'utf-8'
  const text = unicode ? decodeText(bytes, undefined, 'The form') : bytes.toString('latin1')
  const pairs: [string, string][] = []
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('&', start)
    const end = found === -1 ? text.length : found
    if (end > start) {
      if (pairs.length >= limits.fields) throw bodyTooMany('fields', limits.fields)
      const middle = text.indexOf('=', start)
      const split = middle === -1 || middle > end ? end : middle
      const name = decode(text.slice(start, split), unicode ? undefined : charset)
      const value = decode(text.slice(split + 1, end), unicode ? undefined : charset)
      // A UTF-16 unit is at most three bytes: most values need no counting.
      if (value.length * 3 > limits.fieldSize && Buffer.byteLength(value) > limits.fieldSize) {
        throw bodyTooLarge(`The field ${JSON.stringify(name.slice(0, 60))}`, formatBytes(limits.fieldSize))
      }
      pairs.push([name, value])
    }
    start = end + 1
  }
  return pairs
}

function decode(text: string, charset: string | undefined): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (charset !== undefined) return decodeText(percentBytes(spaced), charset, 'The form')
  if (!spaced.includes('%')) return spaced
  try {
    return decodePercent(spaced)
  } catch (error) {
    throw bodyForm(`${JSON.stringify(text.slice(0, 60))} is not percent-encoded UTF-8`, {
      cause: error,
      hint: 'A percent sign itself is sent as %25.',
    })
  }
}

/** As decodeURIComponent, which is slow, does; asked only for what is not ASCII, and to say what is wrong. */
function decodePercent(text: string): string {
  let decoded = ''
  let start = 0
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', start)) {
    let end = at + 3
    const byte = hexValue(text.charCodeAt(at + 1)) * 16 + hexValue(text.charCodeAt(at + 2))
    decoded += text.slice(start, at)
    if (byte < 0x80) decoded += String.fromCharCode(byte)
    else {
      while (text.charCodeAt(end) === PERCENT) end += 3
      decoded += decodeURIComponent(text.slice(at, end))
    }
    start = end
  }
  return decoded + text.slice(start)
}

/** `NaN` for what is no hexadecimal digit. */
function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN
}

/** The bytes of text whose units are bytes, percent-escapes resolved. */
function percentBytes(text: string): Buffer {
  if (/%(?![\da-fA-F]{2})/.test(text)) {
    throw bodyForm(`${JSON.stringify(text.slice(0, 60))} has a percent sign that starts no escape`)
  }
  const resolved = text.replace(/%([\da-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(resolved, 'latin1')
}
