import { randomUUID } from 'node:crypto'
import { UUID } from 'bson'
import { Binary, isDoc } from '../../bson/value.ts'
import { fail } from '../../bson/errors.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'

/** Sessions are a number a client gives itself: nothing is kept of them but what cursors they opened. */
export const startSession: Command = {
  name: 'startSession',
  fields: {},
  run: () => reply({ id: { id: new UUID(randomUUID()).toBinary() }, timeoutMinutes: 30 }),
}

export const refreshSessions: Command = { name: 'refreshSessions', fields: {}, run: () => reply({}) }

export const endSessions: Command = {
  name: 'endSessions',
  stable: true,
  fields: {},
  run: ({ store }, args) => {
    endAll(args.target, (session) => store.cursors.removeSession(session))
    return reply({})
  },
}

export const killSessions: Command = { ...endSessions, name: 'killSessions', stable: false }

export const killAllSessions: Command = { name: 'killAllSessions', fields: {}, run: () => reply({}) }

export const commitTransaction: Command = {
  name: 'commitTransaction',
  stable: true,
  fields: { recoveryToken: 'any' },
  run: () => fail(20, 'Transaction numbers are only allowed on a replica set member or mongos'),
}

export const abortTransaction: Command = { ...commitTransaction, name: 'abortTransaction' }

function endAll(sessions: unknown, end: (session: string) => void): void {
  for (const session of Array.isArray(sessions) ? sessions : []) {
    const id: unknown = isDoc(session) ? session.get('id') : undefined
    if (id instanceof Binary) end(id.toString('hex'))
  }
}
