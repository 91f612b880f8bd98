import { frame, ProtocolError, type Frame } from './frames.ts'

export const OP_QUERY = 2004
export const OP_REPLY = 1

export interface LegacyQuery {
  /** `admin.$cmd`: the only kind of collection a legacy query may still name. */
  readonly namespace: string
  readonly query: Buffer
}

/** Takes an OP_QUERY apart, which drivers still send as the first word on a connection. */
export function readOpQuery({ bytes, start, end }: Frame): LegacyQuery {
  const nameEnd = bytes.indexOf(0, start + 4)
  const at = nameEnd + 9
  if (nameEnd < 0 || at + 5 > end) throw new ProtocolError('query cut short')
  const size = bytes.readInt32LE(at)
  if (size < 5 || at + size > end) throw new ProtocolError(`query of ${size} bytes`)
  return { namespace: bytes.toString('utf8', start + 4, nameEnd), query: bytes.subarray(at, at + size) }
}

/** One document as OP_REPLY: flags (8: the server can await data), no cursor, starting at 0. */
export function writeOpReply(responseTo: number, requestId: number, reply: Uint8Array): Buffer {
  const head = Buffer.alloc(20)
  head.writeInt32LE(8, 0)
  head.writeInt32LE(1, 16)
  return frame(responseTo, OP_REPLY, requestId, [head, reply])
}
