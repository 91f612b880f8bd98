import { decodeWith } from './codec.ts'
import { readMembers, type Decoded, type Repeated } from './decode.ts'
import type { Doc } from './value.ts'

const NOTHING: Buffer = Buffer.alloc(0)

/**
 * The body of the last command that carried documents in its field `documents`: mostly the next is the same but for
 * those, and then is not read again.
 */
export class RememberedBody {
  private doc: Doc | undefined
  /** What stands between the length and the array, and behind the array. */
  private head = NOTHING
  private tail = NOTHING

  /** @returns a document that is the very same object as long as the body is, which nobody may change */
  read(bytes: Buffer, repeated: Repeated): Decoded {
    return this.again(bytes) ?? this.anew(bytes, repeated)
  }

  private again(bytes: Buffer): Decoded | undefined {
    const { doc, head, tail } = this
    const start = 4 + head.length
    if (!doc || bytes.length < start + 5 + tail.length || bytes.readInt32LE(0) !== bytes.length)
      return undefined
    if (!stands(head, bytes, 4)) return undefined
    const members = readMembers(bytes, start, bytes.length)
    if (members?.end !== bytes.length - tail.length || !stands(tail, bytes, members.end)) return undefined
    return { doc, members }
  }

  private anew(bytes: Buffer, repeated: Repeated): Decoded {
    const decoded = decodeWith(bytes, 'documents', repeated)
    const { doc, members } = decoded
    if (members?.plain) {
      this.doc = doc
      this.head = Buffer.from(bytes.subarray(4, members.start))
      this.tail = Buffer.from(bytes.subarray(members.end))
    }
    return decoded
  }
}

/** Whether `part` stands at `at`, where there is room for it. */
function stands(part: Buffer, bytes: Buffer, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (part[i] !== bytes[at + i]) return false
  return true
}
