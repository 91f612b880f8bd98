import { fail } from '../bson/errors.ts'
import { isNumber, type Doc } from '../bson/value.ts'
import type { Command } from './command.ts'
import { checkReadConcern } from './read-concern.ts'
import { findCommand } from './table.ts'
import { checkWriteConcern } from './write-concern.ts'

/** What a body asks for. */
export interface Asked {
  /** As the client spelled it. */
  readonly name: string
  readonly command: Command
  readonly db: string
  /** The milliseconds it may take. */
  readonly limit: number | undefined
}

/**
 * Holds a body to what every command is held to.
 *
 * @param legacy whether it came in OP_QUERY, which is for the first hello only
 * @throws MongoError 59 for an unknown command, and others
 */
export function checkCommand(body: Doc, legacy: boolean): Asked {
  const name = body.keys().next().value
  if (name === undefined) return fail(59, "no such command: ''")
  const command = findCommand(name)
  if (!command) return fail(59, `no such command: '${name}'`)
  if (legacy && !['hello', 'ismaster'].includes(command.name)) {
    return fail(352, `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`)
  }
  const db = body.get('$db') ?? (legacy ? 'admin' : undefined)
  if (typeof db !== 'string') return fail(40414, "BSON field '$db' is missing but a required field")
  if (command.admin && db !== 'admin')
    return fail(13, `${command.name} may only be run against the admin database.`)
  refuseTransaction(body)
  checkApi(body, command)
  checkWriteConcern(body.get('writeConcern'))
  checkReadConcern(body.get('readConcern'))
  return { name, command, db, limit: maxTime(body, command) }
}

/** A standalone has no transactions, and so no numbers for retrying a write either. */
function refuseTransaction(body: Doc): void {
  if (body.has('txnNumber') || body.get('startTransaction') === true || body.get('autocommit') === false) {
    fail(20, 'Transaction numbers are only allowed on a replica set member or mongos')
  }
}

function checkApi(body: Doc, command: Command): void {
  const version = body.get('apiVersion')
  if (version === undefined) {
    for (const field of ['apiStrict', 'apiDeprecationErrors']) {
      if (body.has(field))
        fail(322, `Provided apiStrict and/or apiDeprecationErrors without passing apiVersion`)
    }
    return
  }
  if (version !== '1') fail(322, `API version must be "1"`)
  if (body.get('apiStrict') === true && !command.stable) {
    fail(323, `Provided apiStrict:true, but the command ${command.name} is not in API Version 1.`)
  }
}

function maxTime(body: Doc, command: Command): number | undefined {
  const value = body.get('maxTimeMS')
  if (value === undefined || value === null || command.name === 'getMore') return undefined
  if (!isNumber(value)) return fail(2, 'maxTimeMS must be a number')
  const number = Number(value instanceof Object && 'value' in value ? value.value : value)
  if (!Number.isInteger(number)) return fail(2, 'maxTimeMS has non-integral value')
  if (number < 0 || number > 2_147_483_647)
    return fail(2, `${number} value for maxTimeMS is out of range [0, 2147483647]`)
  return number
}
