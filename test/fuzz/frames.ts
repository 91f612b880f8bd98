import * as fc from 'fast-check'

/** What a client of a websocket sends: a handshake, then frames. */
export interface FuzzedSocket {
  handshake: string
  frames: Buffer
  /** Whether the handshake is one that has to be accepted. */
  isSound: boolean
}

/** A frame as RFC 6455 section 5.2 draws it, whatever is in it. */
function frame(parts: {
  fin: boolean
  reserved: number
  opcode: number
  masked: boolean
  claimed: number | null
  payload: Buffer
}): Buffer {
  const { fin, reserved, opcode, masked, claimed, payload } = parts
  const length = claimed ?? payload.length
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode]
  const mask = masked ? 0x80 : 0
  const size = Buffer.alloc(8)
  if (length < 126) head.push(mask | length)
  else if (length < 65_536) {
    size.writeUInt16BE(length)
    head.push(mask | 126, ...size.subarray(0, 2))
  } else {
    size.writeBigUInt64BE(BigInt(length))
    head.push(mask | 127, ...size)
  }
  const key = masked ? [1, 2, 3, 4] : []
  const sent = masked ? payload.map((byte, i) => byte ^ key[i % 4]!) : payload
  return Buffer.concat([Buffer.from([...head, ...key]), sent])
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 130 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text)),
  fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)),
  fc.constantFrom(4000, 6000, 70_000).map((size) => Buffer.alloc(size, 'p')),
  fc.constantFrom(
    Buffer.from([0x03, 0xe8]),
    Buffer.from([0x03]),
    Buffer.from([0x00, 0x01]),
    Buffer.from([0x03, 0xed]),
    Buffer.from([0x0f, 0xff]),
    Buffer.from([0x03, 0xe8, 0xff, 0xfe]),
  ),
)

const anyFrame = fc
  .record({
    fin: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    reserved: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(4, 1, 7) },
    ),
    opcode: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(1, 2) },
      { weight: 3, arbitrary: fc.constantFrom(0, 8, 9, 10, 3, 15) },
    ),
    masked: fc.oneof(
      { weight: 12, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    claimed: fc.option(fc.constantFrom(0, 125, 126, 70_000, 2 ** 31, 2 ** 52), { freq: 10 }),
    payload,
  })
  .map(frame)

const CLOSE = frame({
  fin: true,
  reserved: 0,
  opcode: 8,
  masked: true,
  claimed: null,
  payload: Buffer.from([0x03, 0xe8]),
})

const handshakeHeader = fc.constantFrom(
  'Sec-WebSocket-Protocol: chat',
  'Sec-WebSocket-Protocol: ',
  'Sec-WebSocket-Protocol: a, chat, a',
  'Sec-WebSocket-Protocol: ,,',
  'Sec-WebSocket-Extensions: permessage-deflate',
  'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99',
  'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; x="',
  'Origin: http://localhost',
  'Origin: http://evil.example',
  'Origin: null',
  'Sec-Fetch-Site: cross-site',
  'Cookie: session=x',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'X-Request-Id: a',
)

/** Websockets of every kind: sound ones with wild frames, and wild handshakes. */
export const fuzzedSocket: fc.Arbitrary<FuzzedSocket> = fc
  .record({
    path: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('/live', '/live/json') },
      { weight: 1, arbitrary: fc.constantFrom('/', '/none', '/static/site.css', '/live?q=%ff', '/form') },
    ),
    version: fc.oneof(
      { weight: 8, arbitrary: fc.constant('13') },
      { weight: 1, arbitrary: fc.constantFrom('8', '99', '', '13, 8') },
    ),
    key: fc.oneof(
      { weight: 8, arbitrary: fc.constant('dGhlIHNhbXBsZSBub25jZQ==') },
      { weight: 1, arbitrary: fc.constantFrom('', 'short', 'dGhlIHNhbXBsZSBub25jZQ==x') },
    ),
    upgrade: fc.oneof(
      { weight: 8, arbitrary: fc.constant('websocket') },
      { weight: 1, arbitrary: fc.constantFrom('WebSocket', 'h2c', 'websocket, h2c', '') },
    ),
    extra: fc.array(handshakeHeader, { maxLength: 2 }),
    frames: fc.array(anyFrame, { maxLength: 8 }),
  })
  .map(({ path, version, key, upgrade, extra, frames }) => ({
    handshake: [
      `GET ${path} HTTP/1.1`,
      'Host: localhost',
      'Connection: Upgrade',
      `Upgrade: ${upgrade}`,
      `Sec-WebSocket-Version: ${version}`,
      `Sec-WebSocket-Key: ${key}`,
      ...extra,
      '',
      '',
    ].join('\r\n'),
    frames: Buffer.concat([...frames, CLOSE]),
    isSound:
      path.startsWith('/live') &&
      version === '13' &&
      key.length === 24 &&
      upgrade === 'websocket' &&
      extra.length === 0,
  }))
