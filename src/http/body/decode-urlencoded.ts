import { isUtf8 } from 'node:buffer'

const AMPERSAND = 0x26
const EQUALS = 0x3d
const PERCENT = 0x25
const PLUS = 0x2b

/** What a byte is worth as a hexadecimal digit; -1 for what is none. */
const HEX = Int8Array.from({ length: 256 }, (_, byte) =>
  /[\da-f]/i.test(String.fromCharCode(byte)) ? Number.parseInt(String.fromCharCode(byte), 16) : -1,
)

/** Parts of a larger form are texts of their own: a piece of a text keeps the whole of it in memory. */
const SMALL = 4096

/**
 * The pairs of a url-encoded form as browsers send them, in one pass over its bytes, which takes a third of the time of
 * splitting and decoding text.
 * @returns `undefined` for what is out of the ordinary or to be refused: bytes that are not ASCII, a percent sign that
 *   starts no escape, escapes that are not UTF-8, more fields or larger ones than the limits allow
 */
export function decodeUrlencoded(
  bytes: Buffer,
  limits: { readonly fields: number; readonly fieldSize: number },
): [name: string, value: string][] | undefined {
  const { length } = bytes
  const isSmall = length <= SMALL
  const decoded = Buffer.allocUnsafe(length + 1)
  let size = 0
  let isAscii = true
  /** As `size`, in the units `marks` are in: of the text's, UTF-16, in a small form, or else bytes. */
  let at = 0
  /** For each field its start, its equals sign or -1, and its end. */
  const marks: number[] = []
  /** Where the field starts in `bytes`, and where its name or value does in `decoded`. */
  let field = 0
  let part = 0
  let start = 0
  let middle = -1
  for (let i = 0; i <= length; i++) {
    let byte = i < length ? bytes[i]! : AMPERSAND
    if (byte >= 0x80) return undefined
    if (byte === AMPERSAND) {
      if (i > field) {
        if (size - part > limits.fieldSize || marks.length === limits.fields * 3) return undefined
        marks.push(start, middle, at)
      }
      field = i + 1
      part = size + 1
      start = at + 1
      middle = -1
    } else if (byte === EQUALS && middle === -1) {
      middle = at
      part = size + 1
    } else if (byte === PERCENT) {
      const high = HEX[bytes[i + 1] ?? 0]!
      const low = HEX[bytes[i + 2] ?? 0]!
      if (high < 0 || low < 0) return undefined
      byte = high * 16 + low
      i += 2
      if (byte >= 0x80) {
        isAscii = false
        // A character is one unit, and two from four bytes on.
        if (isSmall) at += byte < 0xc0 ? -1 : byte < 0xf0 ? 0 : 1
      }
    } else if (byte === PLUS) byte = 0x20
    // The marks stay between the parts: of bytes that are UTF-8 as a whole, no character spans two of them.
    decoded[size++] = byte
    at++
  }
  if (!isAscii && !isUtf8(decoded.subarray(0, size))) return undefined
  const encoding = isAscii ? 'latin1' : 'utf8'
  const text = isSmall ? decoded.toString(encoding, 0, size) : undefined
  const read = (from: number, to: number): string =>
    text === undefined ? decoded.toString(encoding, from, to) : text.slice(from, to)
  const pairs: [string, string][] = []
  for (let i = 0; i < marks.length; i += 3) {
    const [from, equals, to] = [marks[i]!, marks[i + 1]!, marks[i + 2]!]
    pairs.push(equals === -1 ? [read(from, to), ''] : [read(from, equals), read(equals + 1, to)])
  }
  return pairs
}
