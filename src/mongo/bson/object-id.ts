import type { ObjectId } from './value.ts'

// bson keeps the twelve bytes as four 24-bit integers; reading them spares a buffer or a hex string for each
// comparison. Where they are not (another version of bson), the public `id` serves.
interface Words {
  readonly i0?: number
  readonly i1: number
  readonly i2: number
  readonly i3: number
}

/** Order of ObjectIds by their bytes. */
export function compareObjectIds(a: ObjectId, b: ObjectId): number {
  const left = a as unknown as Words
  const right = b as unknown as Words
  if (left.i0 === undefined || right.i0 === undefined) return Buffer.compare(a.id, b.id)
  return left.i0 - right.i0 || left.i1 - right.i1 || left.i2 - right.i2 || left.i3 - right.i3
}

/** Writes the twelve bytes of an ObjectId. */
export function writeObjectId(buffer: Buffer, at: number, id: ObjectId): void {
  const words = id as unknown as Words
  if (words.i0 === undefined) {
    buffer.set(id.id, at)
    return
  }
  buffer.writeUIntBE(words.i0, at, 3)
  buffer.writeUIntBE(words.i1, at + 3, 3)
  buffer.writeUIntBE(words.i2, at + 6, 3)
  buffer.writeUIntBE(words.i3, at + 9, 3)
}
