import { count } from '../base/text.ts'

interface Reply {
  cursor?: { firstBatch?: unknown[]; nextBatch?: unknown[]; id?: number | bigint | { toString(): string } }
  n?: number
  nModified?: number
  values?: unknown[]
  value?: unknown
  upserted?: unknown[]
  lastErrorObject?: unknown
}

/** What a command brought, in words. */
export function queryOutcome(command: string, reply: unknown): string {
  if (typeof reply !== 'object' || reply === null) return ''
  const { cursor, n, nModified, values, upserted, lastErrorObject } = reply as Reply
  const batch = cursor?.firstBatch ?? cursor?.nextBatch
  if (batch) {
    const more = String(cursor?.id ?? 0) === '0' ? '' : ', more to come'
    return count(batch.length, 'document') + more
  }
  if (values) return count(values.length, 'value')
  if (command === 'update') {
    const added = upserted?.length ? `, ${upserted.length} added` : ''
    return `${n ?? 0} matched, ${nModified ?? 0} changed${added}`
  }
  if (command === 'insert') return `${n ?? 0} added`
  if (command === 'delete') return `${n ?? 0} deleted`
  if (command === 'count') return `counted ${n ?? 0}`
  if (lastErrorObject !== undefined) return (reply as Reply).value ? '1 document' : 'no document'
  return ''
}
