/** A user's id as the JSON of a session keeps it; the driver's own types by their names in Extended JSON. */
export type KeptId = string | number | { readonly $oid: string } | { readonly $uuid: string }

/** The parts of the driver's ids that are looked at. Another copy of its package made them as often as not. */
interface BsonId {
  readonly _bsontype?: unknown
  readonly sub_type?: unknown
  toHexString?(): string
  toUUID?(): { toHexString(): string }
}

/** @returns `undefined` for what cannot be kept: a user is then not known again */
export function writeId(id: unknown): KeptId | undefined {
  if (typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id))) return id
  if (typeof id !== 'object' || id === null) return undefined
  const { _bsontype: kind, sub_type: subtype } = id as BsonId
  if (kind === 'ObjectId') return { $oid: (id as Required<BsonId>).toHexString() }
  if (kind === 'Binary' && subtype === 4) return { $uuid: (id as Required<BsonId>).toUUID().toHexString() }
  return undefined
}

export async function readId(kept: KeptId): Promise<unknown> {
  if (typeof kept !== 'object') return kept
  // Loaded here: a site whose ids are text has no need of it.
  const { ObjectId, UUID } = await import('bson')
  return '$oid' in kept ? new ObjectId(kept.$oid) : new UUID(kept.$uuid)
}

/** The ids that somebody who typed this text may mean, the likeliest first. */
export async function idsOf(text: string): Promise<unknown[]> {
  const ids: unknown[] = []
  if (/^[\da-f]{24}$/i.test(text)) ids.push(await readId({ $oid: text }))
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) ids.push(await readId({ $uuid: text }))
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) ids.push(Number(text))
  return [...ids, text]
}
