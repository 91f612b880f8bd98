/** More levels are seldom met, and their number has to be looked at. */
const FEW = 100

/**
 * Whether the bytes from `start` to `end` are surely one well-formed document of common types, told without reading its
 * values; `false` asks for a closer look, as what is seldom met does.
 */
export function isWellFormed(bytes: Buffer, start: number, end: number): boolean {
  return endOf(bytes, start, end, 1) === end
}

/** Where the document that begins at `start` ends, or -1. */
function endOf(bytes: Buffer, start: number, limit: number, depth: number): number {
  if (depth > FEW || start + 5 > limit) return -1
  const end = start + bytes.readInt32LE(start)
  if (end < start + 5 || end > limit) return -1
  const last = end - 1
  let at = start + 4
  while (at < last) {
    const type = bytes[at++]
    const name = at
    while (bytes[at] !== 0) if (++at >= last) return -1
    if (depth === 1 && isSecondId(bytes, name, at, start)) return -1
    at++
    switch (type) {
      case 0x02: {
        if (at + 4 > last) return -1
        const length = bytes.readInt32LE(at)
        at += 4 + length
        if (length < 1 || at > last || bytes[at - 1] !== 0) return -1
        break
      }
      case 0x03:
      case 0x04:
        at = endOf(bytes, at, last, depth + 1)
        if (at < 0) return -1
        break
      case 0x05: {
        if (at + 5 > last) return -1
        const length = bytes.readInt32LE(at)
        // Subtype 2 has a length of its own inside.
        if (length < 0 || bytes[at + 4] === 2) return -1
        at += 5 + length
        break
      }
      case 0x07:
        at += 12
        break
      case 0x08:
        if ((bytes[at++] as number) > 1) return -1
        break
      case 0x01:
      case 0x09:
      case 0x12:
        at += 8
        break
      case 0x0a:
        break
      case 0x10:
        at += 4
        break
      case 0x13:
        at += 16
        break
      default:
        return -1
    }
  }
  return at === last && bytes[last] === 0 ? end : -1
}

/** Whether the name from `at` to `end` is `_id` once more, behind the first field of the document. */
function isSecondId(bytes: Buffer, at: number, end: number, start: number): boolean {
  return (
    end - at === 3 && bytes[at] === 0x5f && bytes[at + 1] === 0x69 && bytes[at + 2] === 0x64 && at > start + 5
  )
}
