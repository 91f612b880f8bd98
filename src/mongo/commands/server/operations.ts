import { fail } from '../../bson/errors.ts'
import type { Command } from '../command.ts'
import { describeOperations } from '../describe-operations.ts'
import { reply } from '../replies.ts'

/** What is at work; conditions it may be given are not looked at, as few commands ever are at work at once. */
export const currentOp: Command = {
  name: 'currentOp',
  lenient: true,
  admin: true,
  fields: {},
  run: (request) => reply({ inprog: [...describeOperations(request)] }),
}

/** Ends a command at its next turn. That there is none of this number is no error, as in a server. */
export const killOp: Command = {
  name: 'killOp',
  admin: true,
  fields: { op: 'number!' },
  run({ store }, args) {
    const id = args.number('op') ?? fail(40414, "BSON field 'killOp.op' is missing but a required field")
    store.operations.kill(id)
    return reply({ info: 'attempting to kill op' })
  },
}
