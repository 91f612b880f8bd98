import { crc32c } from './crc32c.ts'
import { HEADER, ProtocolError, type Frame } from './frames.ts'

export const OP_MSG = 2013
const CHECKSUM = 1
const MORE_TO_COME = 2
/** A receiver must refuse the first 16 bits it does not know, and may ignore the others. */
const REQUIRED = 0xffff
const HEAD = 21
export const NO_SEQUENCES: ReadonlyMap<string, Buffer[]> = new Map()

/** A command as it came: its document, and the documents sent beside it, all still bytes. */
export interface Message {
  readonly body: Buffer
  readonly sequences: ReadonlyMap<string, Buffer[]>
  /** The client wants no reply. */
  readonly silent: boolean
}

/**
 * Takes an OP_MSG apart.
 * @throws ProtocolError for flags, sections or lengths that cannot be
 */
export function readOpMsg({ bytes, start, end: whole }: Frame): Message {
  if (whole - start < 5) throw new ProtocolError('message without sections')
  const flags = bytes.readUInt32LE(start)
  if (flags & REQUIRED & ~(CHECKSUM | MORE_TO_COME)) throw new ProtocolError(`unknown flags ${flags}`)
  let end = whole
  if (flags & CHECKSUM) {
    end -= 4
    if (end < start + 5 || crc32c(bytes.subarray(start - HEADER, end)) !== bytes.readUInt32LE(end)) {
      throw new ProtocolError('checksum does not match')
    }
  }
  let body: Buffer | undefined
  let sequences: Map<string, Buffer[]> | undefined
  let at = start + 4
  while (at < end) {
    const kind = bytes[at++]
    const size = sizeAt(bytes, at, end)
    if (kind === 0) {
      if (body) throw new ProtocolError('two bodies')
      body = bytes.subarray(at, at + size)
    } else if (kind === 1) {
      const nameEnd = bytes.indexOf(0, at + 4)
      if (nameEnd < 0 || nameEnd >= at + size) throw new ProtocolError('sequence without a name')
      const name = bytes.toString('utf8', at + 4, nameEnd)
      sequences ??= new Map()
      if (sequences.has(name)) throw new ProtocolError(`sequence ${name} twice`)
      sequences.set(name, readSequence(bytes, nameEnd + 1, at + size))
    } else {
      throw new ProtocolError(`section of kind ${kind}`)
    }
    at += size
  }
  if (!body) throw new ProtocolError('message without a body')
  return { body, sequences: sequences ?? NO_SEQUENCES, silent: (flags & MORE_TO_COME) !== 0 }
}

function readSequence(bytes: Buffer, from: number, end: number): Buffer[] {
  const documents: Buffer[] = []
  let at = from
  while (at < end) {
    const size = sizeAt(bytes, at, end)
    documents.push(bytes.subarray(at, at + size))
    at += size
  }
  return documents
}

/** The length a document or section begins with; it counts itself. */
function sizeAt(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) throw new ProtocolError('section cut short')
  const size = bytes.readInt32LE(at)
  if (size < 5 || at + size > end) throw new ProtocolError(`section of ${size} bytes`)
  return size
}

export function writeOpMsg(responseTo: number, requestId: number, reply: Uint8Array): Buffer {
  const message = Buffer.allocUnsafe(HEAD + reply.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(requestId, 4)
  message.writeInt32LE(responseTo, 8)
  message.writeInt32LE(OP_MSG, 12)
  // No flags, and one section of kind 0.
  message.writeInt32LE(0, 16)
  message[20] = 0
  message.set(reply, HEAD)
  return message
}
