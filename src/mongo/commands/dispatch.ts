import { debuglog } from 'node:util'
import { decodeWith } from '../bson/codec.ts'
import type { Repeated } from '../bson/decode.ts'
import { fail, MongoError } from '../bson/errors.ts'
import { engineError } from '../collection/data.ts'
import { isNumber, type Doc } from '../bson/value.ts'
import { Turn } from '../turn/turn.ts'
import type { Message } from '../wire/op-msg.ts'
import { Arguments } from './arguments.ts'
import type { Command, Reply, Request, StoreState } from './command.ts'
import { ConnectionDropped, failAsTold } from './fail-points.ts'
import { encodeError, encodeReply } from './replies.ts'
import { findCommand } from './table.ts'
import { checkReadConcern } from './read-concern.ts'
import { checkWriteConcern } from './write-concern.ts'

const debug = debuglog('tao-store')

/** A connection: its number, and the session its last command was in, which mostly is that of the next as well. */
export interface Client {
  readonly connection: number
  readonly session: Repeated
}

export function newClient(connection: number): Client {
  return { connection, session: { name: 'lsid', bytes: Buffer.alloc(0), doc: undefined } }
}

/** Answers one message with the bytes of a reply; whatever goes wrong is in the reply. */
export function dispatch(
  message: Message,
  legacy: boolean,
  store: StoreState,
  client: Client,
): Buffer | Promise<Buffer> {
  try {
    const outcome = run(message, legacy, store, client)
    return outcome instanceof Promise ? outcome.then(finish).catch(failed(store)) : finish(outcome)
  } catch (error) {
    return failed(store)(error)
  }
}

function finish(outcome: Reply): Buffer {
  return Buffer.isBuffer(outcome) ? outcome : encodeReply(outcome)
}

function failed(store: StoreState): (error: unknown) => Buffer {
  return (thrown) => {
    if (thrown instanceof ConnectionDropped) throw thrown
    const error = engineError(thrown)
    // What a command wrote before it failed was committed by it, or shall not be there.
    store.data.rollback()
    if (error instanceof MongoError) return encodeError(error)
    debug('%o', error)
    const why = error instanceof Error ? error.message : String(error)
    return encodeError(new MongoError(1, `the embedded store failed: ${why}`))
  }
}

function run(
  message: Message,
  legacy: boolean,
  store: StoreState,
  { connection, session }: Client,
): Reply | Promise<Reply> {
  const { doc: body, members } = decodeWith(message.body, 'documents', session)
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
  const now = new Date()
  const request: Request = {
    name: command.name,
    db,
    body,
    sequences: message.sequences,
    store,
    connection,
    now,
    turn: new Turn(maxTime(body, command), (turn) =>
      store.operations.add({
        name: command.name,
        db,
        body,
        connection,
        started: now,
        turn,
        endsWithClient: command.endsWithClient === true && !message.silent,
      }),
    ),
  }
  store.served.set(command.name, (store.served.get(command.name) ?? 0) + 1)
  const isLenient = legacy || command.lenient === true
  const failure = store.failPoints?.strike(name, body, connection)
  if (failure) return failAsTold(failure, () => carryOut(command, request, isLenient, members))
  return carryOut(command, request, isLenient, members)
}

function carryOut(
  command: Command,
  request: Request,
  isLenient: boolean,
  members: readonly Buffer[] | undefined,
): Reply | Promise<Reply> {
  const { body, sequences } = request
  return command.run(
    request,
    new Arguments(command.name, body, sequences, command.fields, isLenient, members),
  )
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
