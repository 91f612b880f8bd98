import { fail } from '../bson/errors.ts'
import { crc32 } from '../storage/crc32.ts'

/** LMDB keeps pages without checksums: a document carries its own, so that a damaged one is told and never sent. */
export const SEAL = 4

/** What is kept behind a document. */
export function checksum(document: Buffer): number {
  return crc32(document)
}

/** @throws MongoError 301 when the bytes are not those that were stored */
export function unseal(sealed: Buffer): Buffer {
  const document = sealed.subarray(0, Math.max(0, sealed.length - SEAL))
  if (sealed.length < SEAL || crc32(document) !== sealed.readUInt32LE(document.length)) {
    fail(301, 'A document is damaged on the disk. Restore the data folder from a backup.')
  }
  return document
}
