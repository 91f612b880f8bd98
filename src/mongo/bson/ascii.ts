const { fromCharCode } = String

/**
 * The ASCII text of a few bytes. One call with all the bytes makes a flat string, which a Map hashes twice as fast as
 * one put together letter by letter; the way into C++ that `toString` takes pays only for longer ones.
 */
export function readAscii(b: Buffer, at: number, end: number): string {
  switch (end - at) {
    case 0:
      return ''
    case 1:
      return fromCharCode(b[at]!)
    case 2:
      return fromCharCode(b[at]!, b[at + 1]!)
    case 3:
      return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!)
    case 4:
      return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!)
    case 5:
      return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!)
    case 6:
      return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!)
    case 7:
      return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!)
    default:
  }
  if (end - at > 16) return b.toString('latin1', at, end)
  return readAscii(b, at, at + 7) + readAscii(b, at + 7, end)
}
