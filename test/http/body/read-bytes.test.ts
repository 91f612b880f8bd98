import { once } from 'node:events'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { discard } from '../../../src/http/body/discard.ts'
import { readBytes, readText } from '../../../src/http/body/index.ts'
import { limits, post, sendAndLeave, startBodyServer } from './body-server.ts'

describe('readBytes', () => {
  test('#9 the body comes as it was sent, empty ones too', async () => {
    await using server = await startBodyServer(async (request) =>
      (await readBytes(request, request.headers, limits)).toString('hex'),
    )
    expect(await post(server, Buffer.from([0, 255, 10]))).toEqual({ value: '00ff0a' })
    expect(await post(server, undefined)).toEqual({ value: '' })
  })

  test('H3 a declared length over the limit is refused before anything is read, and the client sees it', async () => {
    await using server = await startBodyServer((request) => readBytes(request, request.headers, limits))
    for (let i = 0; i < 5; i++) {
      const outcome = await post(server, Buffer.alloc(5 << 20))
      expect(outcome).toMatchObject({ code: 'TAO_BODY_TOO_LARGE', status: 413 })
      expect(outcome.message).toBe('The body is too large: 1 MiB at most')
    }
  })

  test('H3 a body without a length is counted, and the client that still sends sees the refusal', async () => {
    await using server = await startBodyServer((request) => readBytes(request, request.headers, limits))
    for (let i = 0; i < 5; i++) {
      const chunks = Array.from({ length: 64 }, () => new Uint8Array(64 << 10))
      const body = new ReadableStream({
        pull(controller) {
          const chunk = chunks.pop()
          if (chunk === undefined) controller.close()
          else controller.enqueue(chunk)
        },
      })
      expect(await post(server, body)).toMatchObject({ code: 'TAO_BODY_TOO_LARGE', status: 413 })
    }
  })

  test('H3 the connection of a refused body serves the next request, counted bodies too', async () => {
    await using server = await startBodyServer((request) => readBytes(request, request.headers, limits))
    const size = 4 << 20
    for (const head of [
      `Content-Length: ${size}\r\n\r\n`,
      `Transfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n`,
    ]) {
      const socket = connect(server.port, '127.0.0.1')
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${head}`)
      socket.write(Buffer.alloc(size))
      if (head.startsWith('T')) socket.write('\r\n0\r\n\r\n')
      socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok')
      let answer = ''
      while (!answer.includes('HTTP/1.1 200'))
        answer += ((await once(socket, 'data')) as Buffer[])[0]!.toString()
      expect(answer).toMatch(/^HTTP\/1\.1 413/)
      socket.destroy()
    }
  })

  test('H3 what goes on without end after a refusal is cut off', async () => {
    const stream = new PassThrough()
    discard(stream, 1000)
    stream.write(Buffer.alloc(1000))
    await new Promise(setImmediate)
    expect(stream.destroyed).toBe(false)
    stream.write('x')
    await once(stream, 'close')
    expect(stream.destroyed).toBe(true)
  })

  test('an aborted request is an error of its own and leaves nothing hanging', async () => {
    await using server = await startBodyServer((request) => readBytes(request, request.headers, limits))
    await sendAndLeave(server, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    await server.settled(1)
    expect(server.outcomes[0]).toMatchObject({ code: 'TAO_BODY_ABORTED', status: 400 })
  })

  test('a compressed body is refused', async () => {
    await using server = await startBodyServer((request) => readBytes(request, request.headers, limits))
    expect(await post(server, 'x', { 'content-encoding': 'gzip' })).toMatchObject({
      code: 'TAO_BODY_ENCODING',
      status: 415,
    })
    expect(await post(server, 'x', { 'content-encoding': 'identity' })).toHaveProperty('value')
  })

  test('a length that lies is refused where no HTTP parser saw it', async () => {
    const stream = new PassThrough()
    stream.end('five!')
    await expect(readBytes(stream, { 'content-length': '4' }, limits)).rejects.toMatchObject({
      code: 'TAO_BODY_LENGTH',
    })
  })

  test('reading a second time says so', async () => {
    const stream = new PassThrough()
    stream.end('five!')
    await readBytes(stream, {}, limits)
    await expect(readBytes(stream, {}, limits)).rejects.toMatchObject({ code: 'TAO_BODY_USED' })
  })
})

describe('readText', () => {
  async function textOf(bytes: Buffer, type?: string): Promise<string> {
    const stream = new PassThrough()
    stream.end(bytes)
    return await readText(stream, type === undefined ? {} : { 'content-type': type }, limits)
  }

  test('#9 text is UTF-8 unless its type names another charset', async () => {
    expect(await textOf(Buffer.from('naïve ☃'))).toBe('naïve ☃')
    expect(await textOf(Buffer.from('\u{feff}bom'))).toBe('bom')
    expect(await textOf(Buffer.from([0xe9]), 'text/plain; charset=ISO-8859-1')).toBe('é')
    expect(await textOf(Buffer.from([0xcf, 0xf0]), 'text/plain; charset="windows-1251"')).toBe('Пр')
    expect(await textOf(Buffer.from('x'), 'text/plain; CHARSET=utf8')).toBe('x')
  })

  test('what is not valid in its charset is refused, not replaced', async () => {
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      await expect(textOf(Buffer.from(bytes))).rejects.toMatchObject({ code: 'TAO_BODY_TEXT', status: 400 })
    }
    await expect(textOf(Buffer.from('x'), 'text/plain; charset=klingon')).rejects.toMatchObject({
      code: 'TAO_BODY_CHARSET',
      status: 415,
    })
  })
})
