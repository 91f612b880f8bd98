import type { Document, MongoClient } from 'mongodb'

type Kind = 'commandStartedEvent' | 'commandSucceededEvent' | 'commandFailedEvent'

export interface ObservedEvent {
  readonly kind: Kind
  readonly event: Document
}

const HIDDEN = ['configureFailPoint']
const SENSITIVE = [
  'authenticate',
  'saslStart',
  'saslContinue',
  'getnonce',
  'createUser',
  'updateUser',
  'copydbgetnonce',
  'copydbsaslstart',
  'copydb',
]
const GREETINGS = ['hello', 'ismaster', 'isMaster']

/** The command events of one client, as far as its description asks for them. */
export class Observed {
  readonly events: ObservedEvent[] = []
  /** Every started command: what tests of sessions look at. */
  readonly started: Document[] = []
  connections = 0

  constructor(client: MongoClient, spec: Document) {
    const wanted = (spec['observeEvents'] ?? []) as string[]
    const ignored = [...HIDDEN, ...((spec['ignoreCommandMonitoringEvents'] ?? []) as string[])]
    const all = spec['observeSensitiveCommands'] === true
    const keep = (kind: Kind, event: Document): void => {
      const name = event['commandName'] as string
      if (ignored.includes(name) || (!all && isSensitive(name, event))) return
      if (kind === 'commandStartedEvent') this.started.push(event)
      if (wanted.includes(kind)) this.events.push({ kind, event })
    }
    client.on('commandStarted', (event) => keep('commandStartedEvent', event))
    client.on('commandSucceeded', (event) => keep('commandSucceededEvent', event))
    client.on('commandFailed', (event) => keep('commandFailedEvent', event))
    client.on('connectionCheckedOut', () => this.connections++)
    client.on('connectionCheckedIn', () => this.connections--)
  }
}

/** A greeting counts as one when its content was taken out, as it holds credentials. */
function isSensitive(name: string, event: Document): boolean {
  if (SENSITIVE.includes(name)) return true
  const content = (event['command'] ?? event['reply'] ?? {}) as Document
  return GREETINGS.includes(name) && Object.keys(content).length === 0
}
