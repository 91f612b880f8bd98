import { debuglog } from 'node:util'
import type { Members, Repeated } from '../bson/decode.ts'
import { MongoError } from '../bson/errors.ts'
import { RememberedBody } from '../bson/remembered-body.ts'
import { engineError } from '../collection/data.ts'
import type { Doc } from '../bson/value.ts'
import { Turn } from '../turn/turn.ts'
import type { Message } from '../wire/op-msg.ts'
import { Arguments } from './arguments.ts'
import { checkArguments } from './check-arguments.ts'
import { checkCommand, type Asked } from './check-command.ts'
import type { Reply, Request, StoreState } from './command.ts'
import { ConnectionDropped, failAsTold } from './fail-points.ts'
import { encodeError, encodeReply } from './replies.ts'

const debug = debuglog('tao-store')

/** A connection: its number, and what of its last commands mostly comes again in the next. */
export interface Client {
  readonly connection: number
  readonly session: Repeated
  readonly bodies: RememberedBody
  /** The last command that passed every check with a body that may come again. */
  passed: Passed | undefined
}

interface Passed {
  readonly body: Doc
  readonly asked: Asked
}

export function newClient(connection: number): Client {
  return {
    connection,
    session: { name: 'lsid', bytes: Buffer.alloc(0), doc: undefined },
    bodies: new RememberedBody(),
    passed: undefined,
  }
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

function run(message: Message, legacy: boolean, store: StoreState, client: Client): Reply | Promise<Reply> {
  const { connection } = client
  const { doc: body, members } = client.bodies.read(message.body, client.session)
  const again = message.sequences.size === 0 && !legacy && client.passed?.body === body
  const asked = again ? (client.passed as Passed).asked : checkCommand(body, legacy)
  const { command, db } = asked
  const now = new Date()
  const request: Request = {
    name: command.name,
    db,
    body,
    sequences: message.sequences,
    store,
    connection,
    now,
    turn: new Turn(asked.limit, (turn) =>
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
  const failure = store.failPoints?.strike(asked.name, body, connection)
  if (failure) return failAsTold(failure, () => carryOut(request, asked, legacy, members))
  if (again) return command.run(request, new Arguments(command.name, body, message.sequences, members))
  const outcome = carryOut(request, asked, legacy, members)
  if (members?.plain && message.sequences.size === 0 && !legacy) client.passed = { body, asked }
  return outcome
}

function carryOut(
  request: Request,
  { command }: Asked,
  legacy: boolean,
  members: Members | undefined,
): Reply | Promise<Reply> {
  const { body, sequences } = request
  const isLenient = legacy || command.lenient === true
  return command.run(
    request,
    checkArguments(command.name, body, sequences, command.fields, isLenient, members),
  )
}
