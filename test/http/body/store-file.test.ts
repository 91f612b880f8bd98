import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { TestClient } from '../../../src/testing/index.ts'
import { startSite } from '../../start-site.ts'
import { multipart } from './body-server.ts'

const boundary = 'xYzZY'
const head = (name: string): string => `Content-Disposition: form-data; name="f"; filename="${name}"`

async function start(): Promise<TestClient> {
  return startSite(
    {
      'settings.ts': `export default { limits: { fileSize: 4 * 1024 * 1024 } }`,
      'routes.ts': `import { GridFSBucket } from 'mongodb'
import { route } from 'tao1'
export default [
  route('POST', '/streamed', async (request) => {
    const bucket = new GridFSBucket(request.db)
    const files = request.files()
    const stored = []
    for await (const file of files) stored.push(await file.storeIn(bucket, { metadata: { title: files.fields.text('title') } }))
    return stored
  }, 'streamed'),
  route('POST', '/spooled', async (request) => {
    const form = await request.form()
    return form.file('f').storeIn(new GridFSBucket(request.db), { name: 'chosen', extensions: ['.bin'] })
  }, 'spooled'),
]`,
    },
    { flags: { database: 'memory:' } },
  )
}

const send = (client: TestClient, path: string, parts: [string, string | Buffer][]): Promise<Response> =>
  client.post(path, {
    body: multipart(boundary, parts),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, accept: 'application/json' },
  })

const inBucket = async ({ db }: TestClient): Promise<[files: number, chunks: number]> => [
  await db.collection('fs.files').countDocuments(),
  await db.collection('fs.chunks').countDocuments(),
]

const large = Buffer.from(Array.from({ length: 3 << 20 }, (_, at) => at % 251))

test('#9 #11 an upload streams into GridFS as it arrives, and comes out the same', async () => {
  const client = await start()
  const answer = await send(client, '/streamed', [
    ['Content-Disposition: form-data; name="title"', 'Holiday'],
    [head('a.bin'), large],
    [head('b.bin'), 'small'],
  ])
  expect(await answer.json()).toMatchObject([
    { name: 'a.bin', size: large.length },
    { name: 'b.bin', size: 5 },
  ])
  expect(await client.db.collection('fs.files').findOne({ filename: 'a.bin' })).toMatchObject({
    length: large.length,
    metadata: { title: 'Holiday' },
  })
  const { GridFSBucket } = await import('mongodb')
  const read: Buffer[] = []
  for await (const piece of new GridFSBucket(client.db).openDownloadStreamByName('a.bin'))
    read.push(piece as Buffer)
  expect(Buffer.concat(read).equals(large)).toBe(true)
})

test('#9 #11 a spooled file goes there too, under a name of its own, if its extension may', async () => {
  const client = await start()
  expect(await (await send(client, '/spooled', [[head('a.bin'), large]])).json()).toMatchObject({
    name: 'chosen',
  })
  expect((await send(client, '/spooled', [[head('a.exe'), 'x']])).status).toBe(400)
  expect((await inBucket(client))[0]).toBe(1)
})

test('H12 of an upload that is cut in the middle, or refused later, GridFS keeps nothing', async () => {
  const client = await start()
  const tooLarge = await send(client, '/streamed', [
    [head('a.bin'), large],
    [head('b.bin'), Buffer.alloc(5 << 20)],
  ])
  expect(tooLarge.status).toBe(413)
  expect(await inBucket(client)).toEqual([0, 0])

  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const body = multipart(boundary, [[head('a.bin'), large]])
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(
    `POST /streamed HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  socket.write(body.subarray(0, body.length / 2))
  await expect.poll(async () => (await inBucket(client))[1], { timeout: 20_000 }).toBeGreaterThan(1)
  socket.destroy()
  await once(socket, 'close')
  await expect.poll(() => inBucket(client), { timeout: 20_000 }).toEqual([0, 0])
})
