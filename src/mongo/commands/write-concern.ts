import { fail } from '../bson/errors.ts'
import { isDoc, isNumber, type Value } from '../bson/value.ts'
import { isTruthy } from './arguments.ts'
import type { Reply, Request } from './command.ts'
import { wrongType } from './wrong-type.ts'

/** @throws MongoError 9, 2 for a write concern a standalone cannot meet */
export function checkWriteConcern(value: Value | undefined): void {
  if (value === undefined) return
  if (!isDoc(value)) return wrongType('writeConcern', value, "type 'object'")
  for (const field of value.keys()) {
    if (!['w', 'j', 'wtimeout', 'fsync', 'provenance', 'getLastError'].includes(field)) {
      fail(9, `unrecognized write concern field: ${field}`)
    }
  }
  const w = value.get('w')
  if (isNumber(w)) {
    const number = Number(w)
    if (number < 0 || number > 50)
      fail(9, 'w has to be a non-negative number and not greater than 50; found: ' + String(number))
    if (number > 1) fail(2, "cannot use 'w' > 1 when a host is not replicated")
  } else if (typeof w === 'string' && w !== 'majority') {
    fail(2, "cannot use non-majority 'w' mode " + w + ' when a host is not a member of a replica set')
  }
}

/** After a write: `j: true` waits for the disk. */
export function acknowledge(request: Request, reply: Reply): Reply | Promise<Reply> {
  const concern = request.body.get('writeConcern')
  const wanted = isDoc(concern) && (isTruthy(concern.get('j')) || isTruthy(concern.get('fsync')))
  return wanted ? request.store.data.sync().then(() => reply) : reply
}
