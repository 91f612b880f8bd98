import type { Document } from 'mongodb'
import type { Entities } from './entities.ts'
import type { ExpectedEvents } from './file.ts'
import { match } from './matches.ts'
import type { ObservedEvent } from './observed.ts'

const AS_THEY_ARE = ['commandName', 'databaseName']

/** @throws Error when the events of a client are others than the test expects */
export function expectEvents(expected: ExpectedEvents, entities: Entities): void {
  if ((expected.eventType ?? 'command') !== 'command') return
  const { events } = entities.events(expected.client)
  const names = events.map(({ kind, event }) => `${kind} ${String(event['commandName'])}`).join(', ')
  const enough = expected.ignoreExtraEvents
    ? events.length >= expected.events.length
    : events.length === expected.events.length
  if (!enough) throw new Error(`${expected.events.length} events were expected, not these: ${names}`)
  for (const [at, one] of expected.events.entries()) {
    const [[kind, wanted]] = Object.entries(one) as [[string, Document]]
    const actual = events[at] as ObservedEvent
    if (actual.kind !== kind) throw new Error(`event ${at} is no ${kind}: ${names}`)
    expectEvent(wanted, actual.event, entities, `event ${at}`)
  }
}

function expectEvent(wanted: Document, event: Document, entities: Entities, place: string): void {
  for (const name of AS_THEY_ARE)
    if (wanted[name] !== undefined && event[name] !== wanted[name])
      throw new Error(`${place}: ${name} is ${String(event[name])}, not ${String(wanted[name])}`)
  for (const name of ['command', 'reply']) {
    if (wanted[name] === undefined) continue
    try {
      match(wanted[name], event[name], entities)
    } catch (error) {
      throw new Error(`${place}: in the ${name}, ${(error as Error).message}`, { cause: error })
    }
  }
}
