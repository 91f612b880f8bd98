import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { serialize, deserialize } from 'bson'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crc32c } from '../../../src/mongo/wire/crc32c.ts'
import { frame } from '../../../src/mongo/wire/frames.ts'
import { openMemory, type Opened } from '../with-store.ts'

let opened: Opened
let path: string
beforeAll(async () => {
  opened = await openMemory()
  path = decodeURIComponent(opened.store.uri.slice('mongodb://'.length, -1))
})
afterAll(() => opened.close())

const section = (body: object): Buffer => Buffer.concat([Buffer.from([0]), serialize(body)])
const flags = (bits: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(bits)
  return bytes
}
const ping = { ping: 1, $db: 'admin' }

async function open(): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket
}

/** The body of the next OP_MSG. */
async function answer(socket: Socket): Promise<Record<string, unknown>> {
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  expect(chunk.readInt32LE(0)).toBe(chunk.length)
  return deserialize(chunk.subarray(21))
}

function message(number: number, parts: Buffer[], code = 2013): Buffer {
  return frame(0, code, number, parts)
}

describe('A connection', () => {
  test.each([
    ['a length below the header', Buffer.from([3, 0, 0, 0])],
    ['a length beyond the limit', Buffer.from([0, 0, 0, 0x7f, 1, 2, 3, 4])],
    ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['an unknown operation', message(1, [Buffer.alloc(8)], 2099)],
    ['a compressed message', message(1, [Buffer.alloc(20)], 2012)],
    ['a message without sections', message(1, [flags(0)])],
    ['unknown required flags', message(1, [flags(4), section(ping)])],
    ['two bodies', message(1, [flags(0), section(ping), section(ping)])],
    ['a section of an unknown kind', message(1, [flags(0), Buffer.from([7]), Buffer.from(serialize(ping))])],
    ['a section longer than the message', message(1, [flags(0), Buffer.from([0, 255, 0, 0, 0, 0])])],
    [
      'a sequence without the end of its name',
      message(1, [flags(0), section(ping), Buffer.from([1, 8, 0, 0, 0, 65, 65, 65, 65])]),
    ],
    ['a wrong checksum', message(1, [flags(1), section(ping), Buffer.alloc(4)])],
    [
      'a legacy query of a collection',
      message(1, [flags(0), Buffer.from('db.rows\0'), Buffer.alloc(8), Buffer.from(serialize({}))], 2004),
    ],
    ['a legacy query cut short', message(1, [flags(0), Buffer.from('admin.$cmd')], 2004)],
  ])('that sends %s is closed, and no other.', async (_, bytes) => {
    const other = await open()
    const socket = await open()
    const closed = once(socket, 'close')
    socket.on('error', () => undefined)
    socket.write(bytes)
    await closed
    other.write(message(1, [flags(0), section(ping)]))
    expect(await answer(other)).toMatchObject({ ok: 1 })
    other.destroy()
  })

  test.each([
    [40414, { bulkWrite: 1, ops: [{ insert: 0, document: {} }], nsInfo: [{}], $db: 'admin' }],
    [14, { bulkWrite: 1, ops: [{ insert: 0, document: {} }], nsInfo: [{ ns: { a: 1 } }], $db: 'admin' }],
    [40414, { delete: 'rows', deletes: [{ q: null, limit: 1, hint: { _id: 1 } }], $db: 'test' }],
    [40414, { update: 'rows', updates: [{ q: null, u: {} }], $db: 'test' }],
    [14, { killCursors: 'rows', cursors: [null], $db: 'test' }],
  ])('that sends a command of a wrong shape gets %i.', async (code, command) => {
    const socket = await open()
    socket.write(message(1, [flags(0), section(command)]))
    expect(await answer(socket)).toMatchObject({ ok: 0, code })
    socket.destroy()
  })

  test('that sends a body which is no BSON gets an error and goes on.', async () => {
    const socket = await open()
    const bad = Buffer.from(serialize(ping))
    bad[4] = 99
    socket.write(message(1, [flags(0), Buffer.from([0]), bad]))
    expect(await answer(socket)).toMatchObject({ ok: 0, code: 22, codeName: 'InvalidBSON' })
    socket.write(message(2, [flags(0), section(ping)]))
    expect(await answer(socket)).toMatchObject({ ok: 1 })
    socket.destroy()
  })

  test('may send byte by byte, or several messages at once, and is answered in order.', async () => {
    const socket = await open()
    for (const byte of message(1, [flags(0), section(ping)])) socket.write(Buffer.from([byte]))
    expect(await answer(socket)).toMatchObject({ ok: 1 })
    const numbers: number[] = []
    let received = Buffer.alloc(0)
    const all = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk])
        while (received.length >= 16 && received.length >= received.readInt32LE(0)) {
          numbers.push(received.readInt32LE(8))
          received = received.subarray(received.readInt32LE(0))
        }
        if (numbers.length === 50) resolve()
      })
    })
    socket.write(
      Buffer.concat(
        Array.from({ length: 50 }, (__, at) =>
          message(at + 10, [flags(0), section(at % 2 ? ping : { fsync: 1, $db: 'admin' })]),
        ),
      ),
    )
    await all
    expect(numbers).toEqual(Array.from({ length: 50 }, (__, at) => at + 10))
    socket.destroy()
  })

  test('may end its messages with a checksum.', async () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    const socket = await open()
    const whole = message(1, [flags(1), section(ping), Buffer.alloc(4)])
    whole.writeUInt32LE(crc32c(whole.subarray(0, -4)), whole.length - 4)
    socket.write(whole)
    expect(await answer(socket)).toMatchObject({ ok: 1 })
    socket.destroy()
  })

  test('that goes away in the middle of a message is forgotten.', async () => {
    const socket = await open()
    socket.write(message(1, [flags(0), section(ping)]).subarray(0, 30))
    socket.destroy()
    expect(await opened.db.command({ ping: 1 })).toMatchObject({ ok: 1 })
  })
})
