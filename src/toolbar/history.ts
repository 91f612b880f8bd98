import type { RequestRecord } from './record.ts'

/** The last requests, the newest first. */
export interface History {
  add(record: RequestRecord): void
  find(id: string): RequestRecord | undefined
  list(): readonly RequestRecord[]
  clear(): void
}

/** @param size how many are kept; an older one goes for each that comes */
export function createHistory(size: number): History {
  const records = new Map<string, RequestRecord>()
  return {
    add(record) {
      records.set(record.id, record)
      // A Map lists its keys in the order they came.
      for (const id of records.keys()) {
        if (records.size <= size) break
        records.delete(id)
      }
    },
    find: (id) => records.get(id),
    list: () => [...records.values()].toReversed(),
    clear: () => records.clear(),
  }
}
