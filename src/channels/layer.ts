import type { Member } from './channel.ts'
import type { Packet } from './message.ts'

/** What a layer brings from other processes. */
export interface LayerEvents {
  message(channel: string, packet: Packet): void
  entered(channel: string, member: Member): void
  left(channel: string, id: string): void
}

/** The way to the other processes of a site. Nothing here rejects: where there is no way, there are no others. */
export interface Layer {
  /** @returns resolves when what others send to this channel arrives */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
  /** @returns resolves when it was handed over, or is lost */
  publish(channel: string, packet: Packet): Promise<void>
  enter(channel: string, member: Member): Promise<void>
  leave(channel: string, id: string): Promise<void>
  /** Who is there in other processes; `undefined` while nobody can say. */
  others(channel: string): Promise<readonly Member[] | undefined>
  /** Makes the connection that the first one to ask would wait for. */
  warm(): void
  close(): Promise<void>
}

/** Seconds between the words of a process that it is there, and after which one that was silent counts as gone. */
export const HEARTBEAT = 3
export const SILENCE = 10
