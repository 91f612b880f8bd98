import { fail } from '../../bson/errors.ts'
import { asNumber } from '../../collection/collection.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'
import { wrongType } from '../wrong-type.ts'

/** Level 0 is all there is: nothing is profiled. */
export const profile: Command = {
  name: 'profile',
  fields: { slowms: 'number', sampleRate: 'number', filter: 'any' },
  run: (_, args) => {
    const level = asNumber(args.target)
    if (level === undefined) return wrongType('profile.profile', args.target, "type 'int'")
    const changes = ['slowms', 'sampleRate', 'filter'].some((field) => args.has(field))
    if (level > 0 || changes)
      fail(115, 'profiling is not supported by the embedded store; use a MongoDB server')
    return reply({ was: 0, slowms: 100, sampleRate: 1 })
  },
}

/** A standalone that asks nobody else has no connections of its own. */
export const connPoolStats: Command = {
  name: 'connPoolStats',
  fields: {},
  run: () =>
    reply({
      numClientConnections: 0,
      numAScopedConnections: 0,
      totalInUse: 0,
      totalAvailable: 0,
      totalLeased: 0,
      totalCreated: 0,
      totalRefreshing: 0,
      totalRefreshed: 0,
      totalWasNeverUsed: 0,
      pools: {},
      hosts: {},
      replicaSets: {},
    }),
}

/** Commands take their turn: there are no locks. */
export const lockInfo: Command = {
  name: 'lockInfo',
  admin: true,
  fields: { includeStorageEngineDump: 'bool' },
  run: () => reply({ lockInfo: [] }),
}
