import { toDoc } from '../bson/plain.ts'
import { isDoc, type Doc, type Value } from '../bson/value.ts'
import type { Request } from './command.ts'
import type { Operation } from './operations.ts'

/** The commands at work as `currentOp` shows them: those that have let this one in, and this one. */
export function* describeOperations(request: Request): Generator<Doc, void> {
  const { store, now } = request
  const operations: [number, Omit<Operation, 'turn' | 'endsWithClient'>][] = [...store.operations.entries()]
  if (!operations.some(([, { body }]) => body === request.body)) {
    operations.push([store.operations.next, { ...request, started: now }])
  }
  for (const [opid, { name, db, body, connection, started }] of operations) {
    const target = targetOf(name, body)
    const milliseconds = now.getTime() - started.getTime()
    yield toDoc({
      type: 'op',
      desc: `conn${connection}`,
      connectionId: connection,
      active: true,
      currentOpTime: now.toISOString(),
      opid,
      secs_running: BigInt(Math.trunc(milliseconds / 1000)),
      microsecs_running: BigInt(milliseconds) * 1000n,
      op: OPERATIONS[name] ?? 'command',
      ns: typeof target === 'string' ? `${db}.${target}` : db,
      command: body,
    })
  }
}

/** The collection a command names; `explain` holds the command that does. */
function targetOf(name: string, body: Doc): Value | undefined {
  const target = body.get(name === 'getMore' ? 'collection' : name)
  return isDoc(target) ? target.values().next().value : target
}

const OPERATIONS: Readonly<Record<string, string>> = {
  find: 'query',
  getMore: 'getmore',
  update: 'update',
  delete: 'remove',
}
