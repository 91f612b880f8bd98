import { fail } from '../../bson/errors.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'

/** Orders failures, where the store was opened for tests of drivers; elsewhere there is no such command. */
export const configureFailPoint: Command = {
  name: 'configureFailPoint',
  fields: { mode: 'any', data: 'any' },
  admin: true,
  run({ store, body }) {
    if (!store.failPoints) return fail(59, "no such command: 'configureFailPoint'")
    return reply({
      count: store.failPoints.configure(body.get('configureFailPoint'), body.get('mode'), body.get('data')),
    })
  },
}
