import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Relay } from '../base/relay.ts'
import type { Channel, Joiner, MemberChange } from './channel.ts'
import { badChannelMessage, badChannelName, unfitChannelName } from './errors.ts'
import { inOrder } from './in-order.ts'
import type { Layer, LayerEvents } from './layer.ts'
import { Message } from './message.ts'
import { noLayer } from './no-layer.ts'
import { createRedisLayer } from './redis-layer.ts'
import { createRelayLayer } from './relay-layer.ts'
import { Room } from './room.ts'

export interface ChannelsOptions {
  /** `memory:`, or the URL of a Redis server that joins the machines of the site. */
  url: string
  /** The site's name: sites that share a server keep apart by it. */
  name: string
  log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Joins the processes of one machine. */
  relay?: Relay | undefined
}

/** The channels of one site, as one process has them. */
export interface Channels {
  /** @throws TAO_CHANNEL_NAME; TAO_CHANNEL_NAME_UNFIT (400) for a text that can be none: too long, ill-formed */
  channel<Message = unknown, About = unknown>(name: string): Channel<Message, About>
  /** Connects ahead of the first one who joins. */
  warm(): void
  close(): Promise<void>
}

export function createChannels({ url, name, log, relay }: ChannelsOptions): Channels {
  const rooms = new Map<string, Room>()
  const events: LayerEvents = {
    message: (channel, packet) => rooms.get(channel)?.deliver(new Message(packet)),
    entered: (channel, member) => rooms.get(channel)?.entered(member),
    left: (channel, id) => rooms.get(channel)?.left(id),
  }
  const layer: Layer =
    url === 'memory:'
      ? relay
        ? createRelayLayer(relay, events)
        : noLayer
      : createRedisLayer({ url, name, log }, events)

  const open = (channel: string): Room => {
    const room = rooms.get(channel) ?? new Room(channel, layer, log)
    rooms.set(channel, room)
    return room
  }
  /** A room where nobody is any more is no room. */
  const tidy = (room: Room): void => {
    if (!room.isEmpty || rooms.get(room.name) !== room) return
    rooms.delete(room.name)
    layer.unsubscribe(room.name)
  }
  const untilIdle = (room: Room, stop: () => void) => (): void => {
    stop()
    tidy(room)
  }
  const encode = (channel: string, data: unknown): Message => {
    const message = Message.of(data)
    if (message === undefined) throw badChannelMessage(channel, typeof data)
    return message
  }

  const leave = (channel: string, joiner: Joiner): void => {
    const room = rooms.get(channel)
    if (room === undefined) return
    void room.leave(joiner)
    tidy(room)
  }

  function channel<Sent = unknown, About = unknown>(channelName: string): Channel<Sent, About> {
    if (typeof channelName !== 'string' || channelName === '') throw badChannelName(describe(channelName))
    if (channelName.length > 200)
      throw unfitChannelName(`it has ${channelName.length} characters, 200 at most`)
    // Between processes a name is UTF-8, which has no halves of characters.
    if (!channelName.isWellFormed()) throw unfitChannelName('it has half a character')
    const made: Channel = {
      name: channelName,
      async join(joiner, about = null) {
        // As others will see it, wherever they are.
        const said = encode(channelName, about).value
        if (joiner.closed) return
        const room = open(channelName)
        const before = room.joiners.get(joiner)
        const entering = room.enter(joiner, {
          id: before?.id ?? randomUUID(),
          joined: before?.joined ?? Date.now(),
          about: said,
        })
        if (before === undefined) void joiner.whenClosed.then(() => leave(channelName, joiner))
        await Promise.all([room.ready, entering])
      },
      leave: (joiner) => leave(channelName, joiner),
      async send(data, { except } = {}) {
        const message = encode(channelName, data)
        rooms.get(channelName)?.deliver(message, except)
        await layer.publish(channelName, message.packet)
      },
      async subscribe(listener) {
        const room = open(channelName)
        const stop = room.listen(listener)
        await room.ready
        return untilIdle(room, stop)
      },
      async members() {
        const room = rooms.get(channelName)
        if (room) return room.members()
        const others = (await layer.others(channelName)) ?? []
        return inOrder(others)
      },
      async watch(listener: (change: MemberChange) => unknown) {
        const room = open(channelName)
        return untilIdle(room, await room.watch(listener))
      },
    }
    return made as Channel<Sent, About>
  }

  return {
    channel,
    warm: () => layer.warm(),
    async close() {
      for (const room of rooms.values()) for (const joiner of room.joiners.keys()) void room.leave(joiner)
      rooms.clear()
      await layer.close()
    },
  }
}

function describe(name: unknown): string {
  if (typeof name !== 'string') return name === null ? 'null' : typeof name
  return 'an empty text'
}
