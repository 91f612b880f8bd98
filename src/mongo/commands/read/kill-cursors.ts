import type { Value } from '../../bson/value.ts'
import { asNumber } from '../../collection/collection.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'

export const killCursors: Command = {
  name: 'killCursors',
  stable: true,
  fields: { cursors: 'array!' },
  run({ store }, args) {
    const killed: Value[] = []
    const missing: Value[] = []
    for (const id of args.array('cursors') ?? []) {
      const number = typeof id === 'bigint' ? id : BigInt(asNumber(id) ?? 0)
      const found = store.cursors.remove(number)
      ;(found ? killed : missing).push(id)
    }
    return reply({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] })
  },
}
