import { expect, onTestFinished, test } from 'vitest'
import { serveFreshSite } from './fresh-site.ts'
import { INSIDE } from './probe-app.ts'
import { frame, openRaw, type RawSocket } from './raw-socket.ts'
import { ask } from './raw.ts'

const { server } = await serveFreshSite()
const { port } = server

const TEXT = 1
const BYTES = 2
const MORE = 0
const CLOSE = 8
const PING = 9
const PONG = 10
const MIB = 1 << 20

async function open(path = '/probe/live', headers: Record<string, string> = {}): Promise<RawSocket> {
  const socket = await openRaw(port, path, headers)
  onTestFinished(() => void socket.socket.destroy())
  return socket
}

const code = (value: number, reason: string | Buffer = ''): Buffer =>
  Buffer.concat([Buffer.from([value >> 8, value & 255]), Buffer.from(reason)])

const broken = Buffer.from([0xce, 0xba, 0xff])
const smile = Buffer.from('😀')

test.each<[string, Buffer[], number]>([
  ['a frame without a mask', [frame(TEXT, 'x', { masked: false })], 1002],
  ['the first reserved bit', [frame(TEXT, 'x', { reserved: 4 })], 1002],
  ['the second reserved bit', [frame(TEXT, 'x', { reserved: 2 })], 1002],
  ['the third reserved bit', [frame(TEXT, 'x', { reserved: 1 })], 1002],
  ['opcode 3', [frame(3, 'x')], 1002],
  ['opcode 7', [frame(7, 'x')], 1002],
  ['opcode 11', [frame(11, 'x')], 1002],
  ['opcode 15', [frame(15, 'x')], 1002],
  ['a continuation of nothing', [frame(MORE, 'x')], 1002],
  ['a message within a message', [frame(TEXT, 'x', { fin: false }), frame(TEXT, 'y')], 1002],
  ['a ping in fragments', [frame(PING, 'x', { fin: false })], 1002],
  ['a ping of 126 bytes', [frame(PING, 'x'.repeat(126))], 1002],
  ['a close frame of 126 bytes', [frame(CLOSE, code(1000, 'x'.repeat(124)))], 1002],
  ['a close frame of one byte', [frame(CLOSE, Buffer.from([3]))], 1002],
  ['the close code 0', [frame(CLOSE, code(0))], 1002],
  ['the close code 999', [frame(CLOSE, code(999))], 1002],
  ['the close code 1004', [frame(CLOSE, code(1004))], 1002],
  ['the close code 1005', [frame(CLOSE, code(1005))], 1002],
  ['the close code 1006', [frame(CLOSE, code(1006))], 1002],
  ['the close code 1015', [frame(CLOSE, code(1015))], 1002],
  ['the close code 2999', [frame(CLOSE, code(2999))], 1002],
  ['the close code 5000', [frame(CLOSE, code(5000))], 1002],
  ['a close reason that is no UTF-8', [frame(CLOSE, code(1000, broken))], 1007],
  ['text that is no UTF-8', [frame(TEXT, broken)], 1007],
  ['text that is no UTF-8 over two frames', [frame(TEXT, 'x', { fin: false }), frame(MORE, broken)], 1007],
  ['text with half a character', [frame(TEXT, smile.subarray(0, 3))], 1007],
  ['text with a surrogate', [frame(TEXT, Buffer.from([0xed, 0xa0, 0x80]))], 1007],
  ['text with an overlong slash', [frame(TEXT, Buffer.from([0xc0, 0xaf]))], 1007],
  ['a message of 1 MiB and a byte', [frame(BYTES, Buffer.alloc(MIB + 1))], 1009],
  ['a claim of 16 MiB', [frame(BYTES, 'x', { claimed: 16 * MIB })], 1009],
  ['a claim of 2^62 bytes', [frame(BYTES, 'x', { claimed: 2n ** 62n })], 1009],
  ['a claim of 2^63 bytes', [frame(BYTES, 'x', { claimed: 2n ** 63n })], 1009],
  [
    'fragments of more than 1 MiB together',
    [frame(BYTES, Buffer.alloc(MIB / 2), { fin: false }), frame(MORE, Buffer.alloc(MIB / 2 + 1))],
    1009,
  ],
])('H14 %s closes with its code', async (_, frames, expected) => {
  const socket = await open()
  socket.send(...frames)
  expect(await socket.closeCode()).toBe(expected)
})

test.each([1000, 1001, 1003, 1007, 1008, 1011, 1012, 1013, 3000, 3999, 4000, 4999])(
  'H14 the close code %i is answered with itself',
  async (value) => {
    const socket = await open()
    socket.send(frame(CLOSE, code(value, 'ü')))
    expect(await socket.closeCode()).toBe(value)
  },
)

test.each<[string, Buffer[], string | Buffer]>([
  ['an empty message', [frame(TEXT, '')], ''],
  ['125 bytes', [frame(TEXT, 'x'.repeat(125))], 'x'.repeat(125)],
  ['126 bytes', [frame(TEXT, 'x'.repeat(126))], 'x'.repeat(126)],
  ['65,535 bytes', [frame(TEXT, 'x'.repeat(65_535))], 'x'.repeat(65_535)],
  ['65,536 bytes', [frame(TEXT, 'x'.repeat(65_536))], 'x'.repeat(65_536)],
  ['1 MiB', [frame(BYTES, Buffer.alloc(MIB, 7))], Buffer.alloc(MIB, 7)],
  [
    'characters cut by frames, with empty ones between',
    [
      frame(TEXT, smile.subarray(0, 1), { fin: false }),
      frame(MORE, '', { fin: false }),
      frame(MORE, smile.subarray(1, 3), { fin: false }),
      frame(MORE, smile.subarray(3)),
    ],
    '😀',
  ],
  [
    'a message with pings and a pong within',
    [
      frame(TEXT, 'one ', { fin: false }),
      frame(PONG, 'unasked'),
      frame(MORE, 'two ', { fin: false }),
      frame(MORE, 'three'),
    ],
    'one two three',
  ],
  ['text with a nul and the last character there is', [frame(TEXT, '\0\u{10ffff}')], '\0\u{10ffff}'],
])('#10 %s comes back as it was', async (_, frames, expected) => {
  const socket = await open()
  socket.send(...frames)
  const heard = await socket.next()
  expect(heard?.opcode).toBe(typeof expected === 'string' ? TEXT : BYTES)
  expect(heard?.payload.equals(Buffer.from(expected))).toBe(true)
})

test('#10 a ping is answered with what it said, between the frames of a message, too; byte by byte', async () => {
  const socket = await open()
  const bytes = Buffer.concat([
    frame(TEXT, 'slow ', { fin: false }),
    frame(PING, 'are you there'),
    frame(MORE, 'but sure'),
  ])
  for (const byte of bytes) {
    socket.send(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await socket.next()).toEqual({ opcode: PONG, payload: Buffer.from('are you there') })
  expect((await socket.next())?.payload.toString()).toBe('slow but sure')
})

test('H14 what is sent after the goodbye is not heard', async () => {
  const socket = await open()
  socket.send(frame(CLOSE, code(1000)), frame(TEXT, 'too late'))
  const first = await socket.next()
  expect(first?.opcode).toBe(CLOSE)
  expect(await socket.next()).toBeUndefined()
})

test.each([
  ['https://evil.example', 403],
  ['null', 403],
  ['https://shop.example.evil.example', 403],
  ['https://shop.example:8443', 403],
  ['https://shop.example', 101],
  ['http://shop.example', 101],
])('H14 a WebSocket from %s is answered %i, before anything of the site', async (origin, status) => {
  const socket = await open('/probe/live', { Origin: origin })
  expect(socket.head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  if (status === 403) expect(socket.head).toContain('x-content-type-options: nosniff')
})

test('H14 a client without Origin passes; Sec-Fetch-Site of another site does not', async () => {
  expect((await open()).head).toMatch(/^HTTP\/1.1 101 /)
  expect((await open('/probe/live', { 'Sec-Fetch-Site': 'cross-site' })).head).toMatch(/^HTTP\/1.1 403 /)
})

test.each([
  ['/probe', {}, 200],
  ['/none', {}, 404],
  ['/probe/closed', {}, 403],
  ['/probe/live', { 'Sec-WebSocket-Version': '8' }, 400],
  ['/probe/live', { 'Sec-WebSocket-Key': 'short' }, 400],
  ['/probe/live', { Host: 'evil.example' }, 400],
])('H14 %s asked with %j is answered %i, not upgraded', async (path, headers, status) => {
  const socket = await open(path, headers)
  expect(socket.head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(socket.head).toMatch(/x-request-id: [\da-f-]{36}/)
})

test('H14 an error in the view closes with 1011, says nothing of it, and is in the log', async () => {
  const socket = await open('/probe/broken')
  socket.send(frame(TEXT, 'go'))
  const heard = await socket.next()
  expect([heard?.opcode, heard?.payload.toString('latin1')]).toEqual([CLOSE, '\x03\xf3'])
  await server.printed(new RegExp(INSIDE))
})

test('H14 a client that never reads is let go, and costs no memory', async () => {
  const before = await memory()
  const sockets = await Promise.all(Array.from({ length: 8 }, () => open('/probe/flood')))
  for (const { socket } of sockets) socket.pause()
  // To each of them as much is sent as it takes, up to 250 MB.
  await server.printed(/(?:flooded[\s\S]*){8}/)
  expect((await memory()) - before).toBeLessThan(200)
  expect(server.output).toMatch(/was closed with 1008: its client does not read/)
})

/** Megabytes of the server's process. */
async function memory(): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024
}

test('H14 after all of this it answers', async () => {
  expect((await ask(port, '/probe')).status).toBe(200)
})
