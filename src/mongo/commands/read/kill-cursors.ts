import { isNumber, type Value } from '../../bson/value.ts'
import { asNumber } from '../../collection/collection.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'
import { wrongType } from '../wrong-type.ts'

export const killCursors: Command = {
  name: 'killCursors',
  stable: true,
  fields: { cursors: 'array!' },
  run({ store }, args) {
    const killed: Value[] = []
    const missing: Value[] = []
    for (const [at, id] of (args.array('cursors') ?? []).entries()) {
      const number = asNumber(id)
      if (!isNumber(id) || !Number.isInteger(number)) {
        wrongType(`killCursors.cursors.${at}`, id, "type 'long'")
      }
      const found = store.cursors.remove(typeof id === 'bigint' ? id : BigInt(number as number))
      ;(found ? killed : missing).push(id)
    }
    return reply({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] })
  },
}
