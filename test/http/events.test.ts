import { once } from 'node:events'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startSite } from '../start-site.ts'

const soon = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => void (await check()), { timeout: 20_000 })

const FILES = {
  'routes.ts': `import { route, events, compress } from 'tao1'
const posts = [1, 2, 3].map((no) => ({ no, title: 'post ' + no }))
const toEvent = (post) => ({ id: post.no, event: 'post', data: post })
async function* missed(request) {
  for (const post of posts) if (post.no > Number(request.headers.get('last-event-id'))) yield toEvent(post)
}
export default [
  route('GET', '/feed', (request) => events(request, request.app.channel('news'), { about: 'reader', retry: 2 }), 'feed', { middleware: compress() }),
  route('GET', '/posts', (request) =>
    events(request, request.app.channel('posts'), { map: (post) => post.draft ? undefined : toEvent(post), first: missed(request) }), 'posts'),
  route('GET', '/both', (request) => events(request, [request.app.channel('news'), request.app.channel('posts')]), 'both'),
  route('GET', '/count', (request) => events(request, (function* () { for (let n = 1; n <= 3; n++) yield { id: n, data: n } })()), 'count'),
  route('GET', '/broken', (request) => events(request, [{ event: 'a\\nb', data: 1 }]), 'broken'),
  route('GET', '/dropped', (request) => { events(request, request.app.channel('news')); return 'no stream' }, 'dropped'),
]`,
}

test('#10 what is sent to a channel comes as events: text, lines, JSON, bytes', async () => {
  const client = await startSite(FILES)
  const feed = await client.events('/feed')
  const news = client.app.channel('news')
  await soon(async () => expect(await news.members()).toHaveLength(1))
  await news.send('one line')
  await news.send('two\r\nlines\n')
  await news.send({ a: ['ż'] })
  await news.send(Buffer.from([1, 2]))
  expect(await feed.receive()).toEqual({ event: 'message', data: 'one line', id: '' })
  expect((await feed.receive())?.data).toBe('two\nlines\n')
  expect(await feed.receiveJson()).toEqual({ a: ['ż'] })
  expect((await feed.receive())?.data).toBe('AQI=')
  expect(feed.retry).toBe(2000)
  expect(feed.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  })
  expect(feed.headers['content-encoding']).toBeUndefined()
})

test('#10 a client that goes away leaves; one that was never sent anything never was there', async () => {
  const client = await startSite(FILES)
  const news = client.app.channel('news')
  const feed = await client.events('/feed')
  await soon(async () => expect((await news.members()).map(({ about }) => about)).toEqual(['reader']))
  feed.close()
  await soon(async () => expect(await news.members()).toEqual([]))
  expect((await client.head('/feed')).headers.get('content-type')).toBe('text/event-stream')
  expect(await (await client.get('/dropped')).text()).toBe('no stream')
  expect(await news.members()).toEqual([])
})

test('#10 a client that comes back gets what it missed, then what is new, with ids', async () => {
  const client = await startSite(FILES)
  const feed = await client.events('/posts', { headers: { 'last-event-id': '1' } })
  const posts = client.app.channel('posts')
  await soon(async () => expect(await posts.members()).toHaveLength(1))
  await posts.send({ no: 4, title: 'post 4' })
  await posts.send({ no: 0, draft: true })
  await posts.send({ no: 5, title: 'post 5' })
  for (const no of [2, 3, 4, 5])
    expect(await feed.receive()).toEqual({
      event: 'post',
      id: String(no),
      data: JSON.stringify({ no, title: `post ${no}` }),
    })
})

test('#10 several channels in one stream; an iterable ends its stream', async () => {
  const client = await startSite(FILES)
  const both = await client.events('/both')
  await soon(async () => expect(await client.app.channel('posts').members()).toHaveLength(1))
  await client.app.channel('news').send('a')
  await client.app.channel('posts').send('b')
  expect([(await both.receive())?.data, (await both.receive())?.data]).toEqual(['a', 'b'])
  const counted = await client.events('/count')
  const numbers: string[] = []
  for await (const { id, data } of counted) numbers.push(`${id}=${data}`)
  expect(numbers).toEqual(['1=1', '2=2', '3=3'])
  // Without a socket too, since it ends.
  expect(await (await client.get('/count')).text()).toBe(
    ':\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n',
  )
})

test('#10 an event that would write fields of its own is refused, and said in the log', async () => {
  const log = new PassThrough()
  const client = await startSite(FILES, {
    logStream: log as unknown as NodeJS.WriteStream,
    flags: { logLevel: 'info' },
  })
  const broken = await client.events('/broken')
  expect(await broken.receive()).toBeUndefined()
  const [line] = (await once(log, 'data')) as [Buffer]
  expect(JSON.parse(line.toString())).toMatchObject({
    msg: 'GET /broken failed while its answer was sent',
    err: { code: 'TAO_EVENT' },
  })
})

test('#10 comments keep the connection open', async () => {
  const client = await startSite({ ...FILES, 'settings.ts': 'export default { timeouts: { ping: 0.1 } }' })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8')
  onTestFinished(() => void socket.destroy())
  socket.write('GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n')
  let text = ''
  socket.on('data', (chunk: string) => (text += chunk))
  await soon(() => expect(text.match(/^:$/gm)?.length).toBeGreaterThan(3))
})

test('H14 a client that does not read is cut, said in the log, and harms no other', async () => {
  const log = new PassThrough()
  const lines: string[] = []
  log.on('data', (chunk: Buffer) => lines.push(chunk.toString()))
  const client = await startSite(
    { ...FILES, 'settings.ts': 'export default { limits: { unsent: 1 << 20 } }' },
    { logStream: log as unknown as NodeJS.WriteStream, flags: { logLevel: 'info' } },
  )
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.pause()
  socket.write('GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const news = client.app.channel('news')
  const heard: unknown[] = []
  await news.subscribe((message) => heard.push(message))
  await soon(async () => expect(await news.members()).toHaveLength(1))
  let sent = 0
  while ((await news.members()).length > 0) {
    await news.send('x'.repeat(1 << 18))
    sent++
    await new Promise(setImmediate)
  }
  expect(heard).toHaveLength(sent)
  expect(lines.join()).toContain('The event stream /feed was cut: its client does not read what it is sent')
})

test('H15 streams end when the server stops, and do not hold it', async () => {
  const client = await startSite({
    'routes.ts': `import { route, events, stream } from 'tao1'
import { Readable } from 'node:stream'
export default [
  route('GET', '/feed', (request) => events(request, request.app.channel('news')), 'feed'),
  route('GET', '/own', () => {
    const endless = new Readable({ read() {} })
    endless.push('data: hello\\n\\n')
    return stream(endless, { headers: { 'content-type': 'text/event-stream' } })
  }, 'own'),
]`,
  })
  const [feed, own] = [await client.events('/feed'), await client.events('/own')]
  expect((await own.receive())?.data).toBe('hello')
  await soon(async () => expect(await client.app.channel('news').members()).toHaveLength(1))
  // One that has no socket waits for the end, too.
  const injected = client.get('/feed')
  await soon(async () => expect(await client.app.channel('news').members()).toHaveLength(2))
  const started = performance.now()
  await client.site.close()
  expect([await feed.receive(), await own.receive()]).toEqual([undefined, undefined])
  expect(await (await injected).text()).toBe(':\n\n')
  expect(performance.now() - started).toBeLessThan(20_000)
})
