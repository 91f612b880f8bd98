import type { Command } from '../command.ts'
import { reply } from '../replies.ts'
import { MAX_DOCUMENT_BYTES, MAX_MESSAGE_BYTES, MAX_WRITE_BATCH } from '../../bson/limits.ts'

/** 25 is 8.0: what tells a driver that bulkWrite over several collections is there. */
const MAX_WIRE_VERSION = 25

const fields = {
  hello: 'any',
  helloOk: 'any',
  client: 'any',
  compression: 'any',
  hosts: 'any',
  saslSupportedMechs: 'any',
  speculativeAuthenticate: 'any',
  topologyVersion: 'any',
  maxAwaitTimeMS: 'any',
  loadBalanced: 'any',
  backpressure: 'any',
} as const

/** The greeting: a standalone, without sets, compression or awaitable monitoring. */
export const hello: Command = {
  name: 'hello',
  stable: true,
  fields,
  run: (request) => greeting(request, { isWritablePrimary: true }),
}

export const isMaster: Command = {
  name: 'ismaster',
  aliases: ['isMaster'],
  stable: true,
  fields,
  run: (request) =>
    greeting(request, { helloOk: request.body.get('helloOk') === true ? true : undefined, ismaster: true }),
}

function greeting(
  request: Parameters<Command['run']>[0],
  lead: Record<string, unknown>,
): ReturnType<typeof reply> {
  return reply({
    ...defined(lead),
    ...(lead['isWritablePrimary'] === true && request.body.get('helloOk') === true ? { helloOk: true } : {}),
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: request.now,
    logicalSessionTimeoutMinutes: 30,
    connectionId: request.connection,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
  })
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
