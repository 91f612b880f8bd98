import { readValueAt } from './decode.ts'
import type { Value } from './value.ts'

/** Double, string, binary, ObjectId, boolean, date, int, long and decimal: what is an `_id` whatever it holds. */
const PLAIN: ReadonlySet<number> = new Set([0x01, 0x02, 0x05, 0x07, 0x08, 0x09, 0x10, 0x12, 0x13])

/** A longer one may be too long for an index. */
const LONG = 512

/** The `_id` of a well-formed document that begins with one of a common type; undefined where it has to be looked for. */
export function readId(bytes: Buffer): Value | undefined {
  const type = bytes[4] as number
  const isFirst = bytes[5] === 0x5f && bytes[6] === 0x69 && bytes[7] === 0x64 && bytes[8] === 0
  if (!isFirst || !PLAIN.has(type)) return undefined
  if (type === 0x10) return bytes.readInt32LE(9)
  if ((type === 0x02 || type === 0x05) && bytes.readInt32LE(9) > LONG) return undefined
  return readValueAt(bytes, type, 9)
}
