import { decodeDocument, decodeWithMembers, type Decoded, type Repeated } from './decode.ts'
import { encodeDocument } from './encode.ts'
import type { Doc } from './value.ts'

/**
 * Reads one BSON document. Bytes are copied: the input buffer may be reused afterwards.
 * @throws MongoError 22 when the bytes are not exactly one well-formed document.
 */
export function decode(bytes: Uint8Array): Doc {
  return decodeDocument(bytes)
}

/** The same, and the bytes of the documents in its array `name`; what is as in the body before is not read again. */
export function decodeWith(bytes: Uint8Array, name: string, repeated: Repeated): Decoded {
  return decodeWithMembers(bytes, name, repeated)
}

/** Writes one document as BSON, field order kept. */
export function encode(doc: Doc): Buffer {
  return encodeDocument(doc)
}
