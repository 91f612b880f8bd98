export interface WebSocketOptions {
  /** The sub-protocols the view speaks, the preferred one first. */
  protocols?: readonly string[] | undefined
  /** Bytes of one message; more closes with 1009. Default 1 MiB. */
  maxMessage?: number | undefined
  /** Messages that may wait to be read before the sender is slowed down. Default 64. */
  highWater?: number | undefined
}
