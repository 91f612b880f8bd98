import { fail } from '../bson/errors.ts'
import { isDoc, type Value } from '../bson/value.ts'
import { wrongType } from './wrong-type.ts'

/** What every level comes down to here: one process, every read sees every acknowledged write. */
const LEVELS: ReadonlySet<Value> = new Set<Value>(['local', 'available', 'majority'])

/** @throws MongoError 123 for what needs a replica set, 9 for what is no level */
export function checkReadConcern(value: Value | undefined): void {
  if (value === undefined) return
  if (!isDoc(value)) wrongType('readConcern', value, "type 'object'")
  const level = value.get('level')
  if (level === undefined || LEVELS.has(level)) return
  if (level === 'snapshot' || level === 'linearizable') {
    fail(123, `node needs to be a replica set member to use read concern { level: "${level}" }`)
  }
  fail(9, `unknown read concern level`)
}
