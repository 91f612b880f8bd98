/** A message on its way between processes: its kind (text, JSON, bytes) and, as text, what it says. */
export type Packet = readonly [kind: 't' | 'j' | 'b', text: string]

/** One message, encoded once for however many hear it. */
export class Message {
  readonly packet: Packet
  #payload: Buffer | undefined

  constructor(packet: Packet) {
    this.packet = packet
  }

  /** @returns `undefined` for what JSON has no word for */
  static of(data: unknown): Message | undefined {
    if (typeof data === 'string') return new Message(['t', data])
    if (data instanceof Uint8Array)
      return new Message(['b', Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')])
    const json = JSON.stringify(data) as string | undefined
    return json === undefined ? undefined : new Message(['j', json])
  }

  get isBinary(): boolean {
    return this.packet[0] === 'b'
  }

  /** The bytes for a socket. */
  get payload(): Buffer {
    return (this.#payload ??= Buffer.from(this.packet[1], this.isBinary ? 'base64' : 'utf8'))
  }

  /** The value for code, a fresh one each time: the same whichever process it came from. */
  get value(): unknown {
    const [kind, text] = this.packet
    return kind === 't' ? text : kind === 'j' ? (JSON.parse(text) as unknown) : Buffer.from(text, 'base64')
  }
}
