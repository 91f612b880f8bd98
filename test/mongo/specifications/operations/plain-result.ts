import type { Document } from 'mongodb'

/** The result of a client's bulk write as the format writes it: objects for maps, and no word of the driver's own. */
export function plainResult(result: object): Document {
  const plain = Object.entries(result).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Map
      ? Object.fromEntries([...value].map(([at, one]) => [at, withoutDidUpsert(one)]))
      : value,
  ])
  return Object.fromEntries(plain) as Document
}

function withoutDidUpsert(one: unknown): unknown {
  const { didUpsert: _, ...rest } = one as Document
  return rest
}
