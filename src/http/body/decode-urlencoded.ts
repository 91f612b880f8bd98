import { isUtf8 } from 'node:buffer'

const AMPERSAND = 0x26
const EQUALS = 0x3d
const PERCENT = 0x25
const PLUS = 0x2b

/** What a byte is worth as a hexadecimal digit; -1 for what is none. */
const HEX = Int8Array.from({ length: 256 }, (_, byte) =>
  /[\da-f]/i.test(String.fromCharCode(byte)) ? Number.parseInt(String.fromCharCode(byte), 16) : -1,
)

/**
 * The pairs of a url-encoded form as browsers send them, in one pass over its bytes, which takes half the time of
 * splitting and decoding text.
 * @returns `undefined` for what is out of the ordinary or to be refused: bytes that are not ASCII, a percent sign that
 *   starts no escape, escapes that are not UTF-8, more fields or larger ones than the limits allow
 */
export function decodeUrlencoded(
  bytes: Buffer,
  limits: { readonly fields: number; readonly fieldSize: number },
): [name: string, value: string][] | undefined {
  const decoded = Buffer.allocUnsafe(bytes.length + 1)
  const pairs: [string, string][] = []
  let name: string | undefined
  /** Where the field starts in `bytes`, and where its name or value does in `decoded`. */
  let field = 0
  let part = 0
  let size = 0
  for (let i = 0; i <= bytes.length; i++) {
    const byte = i < bytes.length ? bytes[i]! : AMPERSAND
    if (byte >= 0x80) return undefined
    if (byte === AMPERSAND) {
      if (i > field) {
        if (size - part > limits.fieldSize || pairs.length === limits.fields) return undefined
        const text = decoded.toString('utf8', part, size)
        pairs.push(name === undefined ? [text, ''] : [name, text])
      }
      // The mark stays between the parts: of bytes that are UTF-8 as a whole, no character spans two of them.
      decoded[size++] = AMPERSAND
      name = undefined
      field = i + 1
      part = size
    } else if (byte === EQUALS && name === undefined) {
      name = decoded.toString('utf8', part, size)
      decoded[size++] = EQUALS
      part = size
    } else if (byte === PERCENT) {
      const high = HEX[bytes[i + 1] ?? 0]!
      const low = HEX[bytes[i + 2] ?? 0]!
      if (high < 0 || low < 0) return undefined
      decoded[size++] = high * 16 + low
      i += 2
    } else {
      decoded[size++] = byte === PLUS ? 0x20 : byte
    }
  }
  return isUtf8(decoded.subarray(0, size)) ? pairs : undefined
}
