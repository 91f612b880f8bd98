import { isNumber, type Value } from '../../bson/value.ts'
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
      const found = (typeof id === 'bigint' || isNumber(id)) && store.cursors.remove(BigInt(id as bigint))
      ;(found ? killed : missing).push(id)
    }
    return reply({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] })
  },
}
