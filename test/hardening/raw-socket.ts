import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface FrameOptions {
  fin?: boolean
  reserved?: number
  masked?: boolean
  /** The length the frame claims, where it is another than it has. */
  claimed?: number | bigint
  /** In how many bytes the length is written, where it is more than is needed. */
  width?: 7 | 16 | 64
}

/** A frame of a client, as RFC 6455 section 5.2 has it. */
export function frame(
  opcode: number,
  content: string | Buffer = '',
  { fin = true, reserved = 0, masked = true, claimed, width }: FrameOptions = {},
): Buffer {
  const payload = Buffer.from(content)
  const length = BigInt(claimed ?? payload.length)
  const bits = width ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64)
  const size = Buffer.alloc(bits === 7 ? 0 : bits / 8)
  if (bits === 16) size.writeUInt16BE(Number(length))
  if (bits === 64) size.writeBigUInt64BE(length)
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const second = (masked ? 0x80 : 0) | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127)
  const key = masked ? randomBytes(4) : Buffer.alloc(0)
  const sent = masked ? payload.map((byte, i) => byte ^ key[i % 4]!) : payload
  return Buffer.concat([Buffer.from([first, second]), size, key, sent])
}

export interface Heard {
  opcode: number
  payload: Buffer
}

/** A WebSocket of which every byte is ours. */
export interface RawSocket {
  readonly socket: Socket
  /** The answer to the handshake. */
  readonly head: string
  send(...frames: Buffer[]): void
  /** The next frame; `undefined` when the connection has ended. */
  next(): Promise<Heard | undefined>
  /** The code of the close frame, which is answered; 1006 when the connection ended without one. */
  closeCode(): Promise<number>
}

/** Shakes hands with a WebSocket route. */
export async function openRaw(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawSocket> {
  const socket = connect(port, '127.0.0.1')
  const lines = Object.entries({
    Host: 'shop.example',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  let buffer: Buffer = Buffer.alloc(0)
  let hasEnded = false
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const look of waiting) look()
  }
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    wake()
  })
  socket.on('error', () => {})
  socket.once('close', () => {
    hasEnded = true
    wake()
  })
  const until = <T>(look: () => T | undefined): Promise<T | undefined> =>
    new Promise((resolve) => {
      const attempt = (): void => {
        const found = look()
        if (found === undefined && !hasEnded) return
        waiting.delete(attempt)
        resolve(found)
      }
      waiting.add(attempt)
      attempt()
    })
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  const head = await until(() => {
    const end = buffer.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const text = buffer.subarray(0, end).toString()
    buffer = buffer.subarray(end + 4)
    return text
  })
  const next = (): Promise<Heard | undefined> =>
    until(() => {
      const [read, size] = readFrame(buffer)
      buffer = buffer.subarray(size)
      return read
    })
  return {
    socket,
    head: head ?? '',
    send: (...frames) => void socket.write(Buffer.concat(frames)),
    next,
    async closeCode() {
      for (;;) {
        const heard = await next()
        if (heard === undefined) return 1006
        if (heard.opcode !== 8) continue
        const code = heard.payload.length < 2 ? 1005 : heard.payload.readUInt16BE(0)
        socket.end(frame(8, heard.payload))
        return code
      }
    },
  }
}

/** The first frame of what a server sent, which is not masked, and how many bytes it took. */
function readFrame(bytes: Buffer): [heard: Heard | undefined, size: number] {
  if (bytes.length < 2) return [undefined, 0]
  const short = bytes[1]! & 0x7f
  const start = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < start) return [undefined, 0]
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < start + length) return [undefined, 0]
  return [{ opcode: bytes[0]! & 0x0f, payload: bytes.subarray(start, start + length) }, start + length]
}
