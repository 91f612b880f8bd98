import { isDeepStrictEqual } from 'node:util'
import type { ClientSession, Document } from 'mongodb'
import type { Entities } from '../entities.ts'
import { match } from '../matches.ts'
import type { Call } from './call.ts'

/** Operations of the test itself. */
export const runnerOperations: Readonly<Record<string, Call<undefined>>> = {
  failPoint: async (_, given, entities) => {
    await entities
      .client(given['client'] as string)
      .db('admin')
      .command(given['failPoint'] as Document)
  },
  createEntities: (_, given, entities) => {
    entities.create(given['entities'] as Document[])
  },
  assertCollectionExists: (_, given, entities) => exists(given, entities, true),
  assertCollectionNotExists: (_, given, entities) => exists(given, entities, false),
  assertSessionDirty: (_, given) => {
    assert(isDirty(given['session'] as ClientSession), 'the session is not dirty')
  },
  assertSessionNotDirty: (_, given) => {
    assert(!isDirty(given['session'] as ClientSession), 'the session is dirty')
  },
  assertDifferentLsidOnLastTwoCommands: (_, given, entities) => {
    const [a, b] = lastTwo(given, entities)
    assert(!isDeepStrictEqual(a, b), 'the last two commands had the same session')
  },
  assertSameLsidOnLastTwoCommands: (_, given, entities) => {
    const [a, b] = lastTwo(given, entities)
    assert(isDeepStrictEqual(a, b), 'the last two commands had different sessions')
  },
  assertNumberConnectionsCheckedOut: (_, given, entities) => {
    const { connections } = entities.events(given['client'] as string)
    assert(connections === given['connections'], `${connections} connections are checked out`)
  },
  waitForEvent: async (_, given, entities) => {
    const { events } = entities.events(given['client'] as string)
    const [[kind, wanted]] = Object.entries(given['event'] as Document) as [[string, Document]]
    const found = (): number =>
      events.filter((one) => {
        if (one.kind !== kind) return false
        try {
          match(wanted, one.event, entities)
          return true
        } catch {
          return false
        }
      }).length
    while (found() < Number(given['count'])) await new Promise((resolve) => setImmediate(resolve))
  },
}

async function exists(given: Document, entities: Entities, wanted: boolean): Promise<void> {
  const name = given['collectionName'] as string
  const found = await entities.aside
    .db(given['databaseName'] as string)
    .listCollections({ name })
    .toArray()
  assert(found.length > 0 === wanted, `collection ${name} is ${wanted ? 'not there' : 'there'}`)
}

function isDirty(session: ClientSession): boolean {
  return (session.serverSession as { isDirty?: boolean }).isDirty === true
}

function lastTwo(given: Document, entities: Entities): [unknown, unknown] {
  const lsids = entities
    .events(given['client'] as string)
    .started.slice(-2)
    .map((event) => (event['command'] as Document)['lsid'] as unknown)
  return [lsids[0], lsids[1]]
}

function assert(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}
