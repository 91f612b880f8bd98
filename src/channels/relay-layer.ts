import { randomUUID } from 'node:crypto'
import type { Relay } from '../base/relay.ts'
import type { Member } from './channel.ts'
import { HEARTBEAT, SILENCE, type Layer, type LayerEvents } from './layer.ts'
import type { Packet } from './message.ts'
import { OwnMembers } from './own-members.ts'

type Word = { readonly from: string } & (
  | { readonly say: 'message'; readonly channel: string; readonly packet: Packet }
  | { readonly say: 'enter'; readonly channel: string; readonly member: Member }
  | { readonly say: 'leave'; readonly channel: string; readonly id: string }
  /** Asks the others to say who is with them. */
  | { readonly say: 'hello' }
  | { readonly say: 'here'; readonly members: readonly (readonly [channel: string, member: Member])[] }
  | { readonly say: 'alive' }
  | { readonly say: 'gone' }
)

interface Peer {
  readonly process: number
  readonly members: OwnMembers
  heard: number
}

const TOPIC = 'channels'

/**
 * Joins the processes of one machine. Each tells the others who joined it, so that all know all members; one that has
 * said goodbye, whose process ended, or that has said nothing for a while, takes its members with it.
 */
export function createRelayLayer(relay: Relay, events: LayerEvents): Layer {
  const me = randomUUID()
  const own = new OwnMembers()
  const peers = new Map<string, Peer>()
  type Said<W> = W extends unknown ? Omit<W, 'from'> : never
  const say = (word: Said<Word>): Promise<void> => {
    relay.post(TOPIC, { from: me, ...word })
    return Promise.resolve()
  }
  const peer = (from: string, process: number): Peer => {
    const known = peers.get(from) ?? { process, members: new OwnMembers(), heard: 0 }
    peers.set(from, known)
    known.heard = performance.now()
    return known
  }

  const forget = (from: string): void => {
    const gone = peers.get(from)
    peers.delete(from)
    for (const [channel, { id }] of gone?.members.entries() ?? []) events.left(channel, id)
  }

  const stopListening = relay.listen(TOPIC, (message, process) => {
    const word = message as Word
    if (word.say === 'message') return events.message(word.channel, word.packet)
    if (word.say === 'gone') return forget(word.from)
    const isNew = !peers.has(word.from)
    const { members } = peer(word.from, process)
    if (word.say === 'enter') {
      members.add(word.channel, word.member)
      events.entered(word.channel, word.member)
    } else if (word.say === 'leave') {
      members.remove(word.channel, word.id)
      events.left(word.channel, word.id)
    } else if (word.say === 'here') {
      for (const [channel, member] of word.members) {
        members.add(channel, member)
        events.entered(channel, member)
      }
    } else if (word.say === 'hello') {
      if (!own.isEmpty) void say({ say: 'here', members: own.entries() })
    } else if (isNew) {
      // It was taken for gone: what it said before is forgotten.
      void say({ say: 'hello' })
    }
    return undefined
  })
  const stopMourning = relay.onEnd((ended) => {
    for (const [from, { process }] of peers) if (process === ended) forget(from)
  })
  void say({ say: 'hello' })

  const beat = setInterval(() => {
    if (!own.isEmpty) void say({ say: 'alive' })
    for (const [from, { heard }] of peers) if (performance.now() - heard > SILENCE * 1000) forget(from)
  }, HEARTBEAT * 1000)
  beat.unref()

  return {
    // All hear all.
    subscribe: () => Promise.resolve(),
    unsubscribe: () => {},
    publish: (channel, packet) => say({ say: 'message', channel, packet }),
    enter(channel, member) {
      own.add(channel, member)
      return say({ say: 'enter', channel, member })
    },
    leave(channel, id) {
      own.remove(channel, id)
      return say({ say: 'leave', channel, id })
    },
    others: (channel) => Promise.resolve([...peers.values()].flatMap(({ members }) => members.of(channel))),
    warm: () => {},
    async close() {
      clearInterval(beat)
      stopListening()
      stopMourning()
      await say({ say: 'gone' })
    },
  }
}
