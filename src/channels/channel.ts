/** One who is in a channel. */
export interface Member<About = unknown> {
  /** Another one for every joining, on every server. */
  readonly id: string
  /** When it joined: milliseconds, as `Date.now()` counts. */
  readonly joined: number
  /** What was said of it when it joined. */
  readonly about: About
}

/** Who came and who went, and who is there now. */
export interface MemberChange<About = unknown> {
  readonly joined: readonly Member<About>[]
  readonly left: readonly Member<About>[]
  /** Put together when it is first read. */
  readonly members: readonly Member<About>[]
}

/** A message as it reaches those who joined. */
export interface Delivery {
  /** What goes out on a socket: bytes, or text in UTF-8. */
  readonly payload: Uint8Array
  readonly isBinary: boolean
  readonly value: unknown
}

/** What can join a channel: a WebSocket, an event stream. */
export interface Joiner {
  readonly closed: boolean
  readonly whenClosed: Promise<unknown>
  /** Takes a message, at once: a joiner that is slow keeps it, or lets its client go; nobody waits for it. */
  deliver(message: Delivery): unknown
}

/**
 * A named channel of the site. Whoever has joined gets what anybody sends there, in whichever process of the site:
 * at most once, what one process sends in the order it was sent. Nothing is kept for who is not there.
 */
export interface Channel<Message = unknown, About = unknown> {
  readonly name: string
  /**
   * Adds a WebSocket; it leaves by itself when it closes. To join again changes what is said of it.
   *
   * @param about what others are told of it, as JSON: a name, an id
   * @returns resolves when also what other processes send reaches it
   * @throws TAO_CHANNEL_MESSAGE for an `about` that has no JSON
   */
  join(joiner: Joiner, about?: About): Promise<void>
  leave(joiner: Joiner): void
  /**
   * Sends to all who have joined, and all that subscribed: text as it is, bytes as they are, anything else as JSON.
   *
   * @param options `except`: the joiner that need not hear it
   * @returns resolves when it is on its way to the other processes; it does not wait for those who hear it
   * @throws TAO_CHANNEL_MESSAGE
   */
  send(message: Message, options?: { except?: Joiner | undefined }): Promise<void>
  /** Calls a function with each message. @returns ends it */
  subscribe(listener: (message: Message) => unknown): Promise<() => void>
  /** Who is there, in every process; who joined first comes first. */
  members(): Promise<Member<About>[]>
  /** Calls a function with who is there, and whenever that changes. @returns ends it */
  watch(listener: (change: MemberChange<About>) => unknown): Promise<() => void>
}
