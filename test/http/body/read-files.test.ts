import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { readFiles, type IncomingFile } from '../../../src/http/body/index.ts'
import {
  limits,
  multipart,
  openFilesIn,
  post,
  sendAndLeave,
  startBodyServer,
  withFolder,
} from './body-server.ts'

const boundary = 'xYzZY'
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }

function fileHead(name: string): string {
  return `Content-Disposition: form-data; name="f"; filename="${name}"`
}

const two = multipart(boundary, [
  ['Content-Disposition: form-data; name="title"', 'Holiday'],
  [fileHead('a.bin'), Buffer.alloc(3 << 20, 'a')],
  [fileHead(''), ''],
  [fileHead('b.bin'), Buffer.alloc(200, 'b')],
])

describe('readFiles', () => {
  test('#9 files stream through one after the other, the fields before them at hand', async () => {
    await using server = await startBodyServer(async (request) => {
      const files = readFiles(request, request.headers, limits)
      const seen: unknown[] = []
      for await (const file of files) {
        let size = 0
        const sink = new Writable({
          highWaterMark: 1024,
          write(chunk: Buffer, _, done) {
            size += chunk.length
            setImmediate(done)
          },
        })
        await pipeline(file.stream(), sink)
        seen.push([files.fields.get('title'), file.field, file.name, file.type, size])
      }
      return seen
    })
    expect(await post(server, two, headers)).toEqual({
      value: [
        ['Holiday', 'f', 'a.bin', 'application/octet-stream', 3 << 20],
        ['Holiday', 'f', 'b.bin', 'application/octet-stream', 200],
      ],
    })
  })

  test('#9 a file that is not read is skipped, one that is left in the middle too', async () => {
    await using server = await startBodyServer(async (request) => {
      const names: string[] = []
      for await (const file of readFiles(request, request.headers, limits)) {
        names.push(file.name)
        if (file.name === 'a.bin') {
          for await (const piece of file.stream() as AsyncIterable<Buffer>) {
            names.push(piece.length > 0 ? 'piece' : 'nothing')
            break
          }
        }
      }
      return names
    })
    expect(await post(server, two, headers)).toEqual({ value: ['a.bin', 'piece', 'b.bin'] })
  })

  test('leaving the loop early answers at once and keeps the connection', async () => {
    await using server = await startBodyServer(async (request) => {
      for await (const file of readFiles(request, request.headers, limits)) return file.name
      return undefined
    })
    for (let i = 0; i < 3; i++) expect(await post(server, two, headers)).toEqual({ value: 'a.bin' })
  })

  test('reading twice, or after the next file was asked for, says so', async () => {
    await using server = await startBodyServer(async (request) => {
      const files: IncomingFile[] = []
      for await (const file of readFiles(request, request.headers, limits)) {
        files.push(file)
        if (file.name === 'b.bin') await file.bytes()
      }
      const outcomes = files.map((file) => file.bytes().catch((error: { code: string }) => error.code))
      return await Promise.all(outcomes)
    })
    expect(await post(server, two, headers)).toEqual({ value: ['TAO_UPLOAD_GONE', 'TAO_UPLOAD_GONE'] })
  })

  test('#9 a stream that is piped without an await is read to its end before the next file comes', async () => {
    await using server = await startBodyServer(async (request) => {
      const sizes: number[] = []
      const finished: Promise<unknown>[] = []
      for await (const file of readFiles(request, request.headers, limits)) {
        const index = sizes.push(0) - 1
        const sink = new Writable({
          highWaterMark: 1024,
          write(chunk: Buffer, _, done) {
            sizes[index]! += chunk.length
            setImmediate(done)
          },
        })
        finished.push(once(file.stream().pipe(sink), 'finish'))
      }
      await Promise.all(finished)
      return sizes
    })
    expect(await post(server, two, headers)).toEqual({ value: [3 << 20, 200] })
  })

  test('a client that leaves while its file is piped without an await does not end the process', async () => {
    await using server = await startBodyServer(async (request) => {
      for await (const file of readFiles(request, request.headers, limits)) {
        file.stream().pipe(new Writable({ write: (_, __, done) => done() }))
        file.stream()
      }
    })
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${headers['content-type']}\r\nContent-Length: ${two.length}\r\n\r\n`
    await sendAndLeave(server, Buffer.concat([Buffer.from(head), two.subarray(0, 1_000_000)]))
    await server.settled(1)
    expect(server.outcomes[0]).toMatchObject({ code: 'TAO_BODY_ABORTED', status: 400 })
  })

  test('H3 a file over the limit that is piped without an await ends the loop', async () => {
    await using server = await startBodyServer(async (request) => {
      for await (const file of readFiles(request, request.headers, { ...limits, fileSize: 1 << 20 })) {
        file.stream().pipe(new Writable({ write: (_, __, done) => done() }))
      }
    })
    expect(await post(server, two, headers)).toMatchObject({ code: 'TAO_BODY_TOO_LARGE', status: 413 })
  })

  test('H3 a file over the limit can be passed over by whoever catches its error', async () => {
    await using server = await startBodyServer(async (request) => {
      const sizes: unknown[] = []
      for await (const file of readFiles(request, request.headers, { ...limits, fileSize: 1 << 20 })) {
        sizes.push(
          await pipeline(file.stream(), new Writable({ write: (_, __, done) => done() })).catch(
            (error: { code: string }) => error.code,
          ),
        )
      }
      return sizes.map((size) => size ?? 'fine')
    })
    expect(await post(server, two, headers)).toEqual({ value: ['TAO_BODY_TOO_LARGE', 'fine'] })
  })

  test('a reader that stopped without a word is given up when its request ends', async () => {
    await using server = await startBodyServer(async (request) => {
      for await (const file of readFiles(request, request.headers, limits)) {
        const stuck = new Writable({ highWaterMark: 1, write: () => setImmediate(() => request.destroy()) })
        file.stream().pipe(stuck)
      }
    })
    await expect(post(server, two, headers)).rejects.toThrow()
    await server.settled(1)
    expect(server.outcomes[0]).toMatchObject({ status: 400 })
  })

  test('#9 text and bytes of a file', async () => {
    await using server = await startBodyServer(async (request) => {
      const texts: string[] = []
      for await (const file of readFiles(request, request.headers, limits)) texts.push(await file.text())
      return texts
    })
    const body = multipart(boundary, [
      [fileHead('a'), 'é'],
      [fileHead('b'), ''],
    ])
    expect(await post(server, body, headers)).toEqual({ value: ['é', ''] })
  })

  test('H12 saving streams to disk; what is too large, cut or aborted leaves nothing', async () => {
    await withFolder(async (folder) => {
      async function save(request: IncomingMessage): Promise<string[]> {
        const names: string[] = []
        for await (const file of readFiles(request, request.headers, { ...limits, fileSize: 4 << 20 })) {
          names.push((await file.saveTo(folder, { name: file.name })).name)
        }
        return names
      }
      await using server = await startBodyServer(save)
      expect(await post(server, two, headers)).toEqual({ value: ['a.bin', 'b.bin'] })
      expect((await readFile(`${folder}/a.bin`)).length).toBe(3 << 20)

      const large = multipart(boundary, [[fileHead('c.bin'), Buffer.alloc(5 << 20)]])
      expect(await post(server, large, headers)).toMatchObject({ code: 'TAO_BODY_TOO_LARGE', status: 413 })
      const third = multipart(boundary, [[fileHead('d.bin'), Buffer.alloc(1 << 20)]])
      expect(await post(server, third.subarray(0, 500_000), headers)).toMatchObject({
        code: 'TAO_BODY_FORM',
        status: 400,
      })
      const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${headers['content-type']}\r\nContent-Length: ${third.length}\r\n\r\n`
      await sendAndLeave(server, Buffer.concat([Buffer.from(head), third.subarray(0, 500_000)]))
      await server.settled(4)
      expect(server.outcomes[3]).toMatchObject({ code: 'TAO_BODY_ABORTED' })
      expect((await readdir(folder)).sort()).toEqual(['a.bin', 'b.bin'])
      expect(openFilesIn(folder)).toEqual([])
    })
  })

  test.each([
    ['one file too many', { ...limits, files: 2 }, (body: Buffer) => body, 413],
    ['a file too large', { ...limits, fileSize: 1000 }, (body: Buffer) => body, 413],
    ['an end that is missing', limits, (body: Buffer) => body.subarray(0, -10), 400],
  ])('H12 %s takes away the files that were saved before it', async (_, within, cut, status) => {
    await withFolder(async (folder) => {
      await using server = await startBodyServer(async (request) => {
        for await (const file of readFiles(request, request.headers, within)) await file.saveTo(folder)
      })
      const body = multipart(boundary, [
        [fileHead('a.bin'), 'a'],
        [fileHead('b.bin'), 'b'],
        [fileHead('c.bin'), 'c'.repeat(2000)],
      ])
      expect(await post(server, cut(body), headers)).toMatchObject({ status })
      expect(await readdir(folder)).toEqual([])
    })
  })

  test('H12 an error of the view’s own leaves what it has saved', async () => {
    await withFolder(async (folder) => {
      await using server = await startBodyServer(async (request) => {
        for await (const file of readFiles(request, request.headers, limits)) {
          await file.saveTo(folder)
          if (file.name === 'b.bin') throw new Error('the view has other worries')
        }
      })
      await post(
        server,
        multipart(boundary, [
          [fileHead('a.bin'), 'a'],
          [fileHead('b.bin'), 'b'],
        ]),
        headers,
      )
      expect(await readdir(folder)).toHaveLength(2)
    })
  })

  test('another type is 415', async () => {
    await using server = await startBodyServer(async (request) => {
      for await (const file of readFiles(request, request.headers, limits)) return file.name
      return undefined
    })
    expect(await post(server, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
    })
  })
})
