/** Bytes. */
export interface SocketLimits {
  /** One message of a WebSocket. */
  message: number
  /** What waits for a client that does not read: on a WebSocket, in an event stream. */
  unsent: number
}

export interface WebSocketOptions {
  /** The sub-protocols the view speaks, the preferred one first. */
  protocols?: readonly string[] | undefined
  /** Bytes of one message; more closes with 1009. Default `limits.message`. */
  maxMessage?: number | undefined
  /** Bytes that may wait for a client that does not read; more closes with 1008. Default `limits.unsent`. */
  maxUnsent?: number | undefined
  /** Messages that may wait to be read before the sender is slowed down. Default 64. */
  highWater?: number | undefined
  /** Compress messages from 1 KiB on with permessage-deflate, for clients that offer it. Default false: it costs memory. */
  compress?: boolean | undefined
}
