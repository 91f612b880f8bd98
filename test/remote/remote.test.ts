import { get, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { freePort } from '../deploy/program.ts'
import { startSite } from '../start-site.ts'
import { listen, startFront, startRemote } from './front.ts'

test('#24 the paths of a remote app, and of its static files, go to it with their query and body; the rest stays', async () => {
  const { url } = await startRemote((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => response.end(`${request.method} ${request.url} ${body}`))
  })
  const { ask } = await startFront(url)
  expect((await ask('/blog')).body).toBe('GET /blog ')
  expect((await ask('/blog/')).body).toBe('GET /blog/ ')
  expect((await ask('/blog/a%2Fb/c?x=1&x=%20')).body).toBe('GET /blog/a%2Fb/c?x=1&x=%20 ')
  expect((await ask('/blog/x', { method: 'POST', body: 'a=b' })).body).toBe('POST /blog/x a=b')
  expect(
    (
      await ask('/blog/x', {
        method: 'PATCH',
        headers: { 'transfer-encoding': 'chunked' },
        body: 'in chunks',
      })
    ).body,
  ).toBe('PATCH /blog/x in chunks')
  expect((await ask('/blog/x', { method: 'DELETE' })).body).toBe('DELETE /blog/x ')
  expect((await ask('/static/blog/blog.css')).body).toBe('GET /static/blog/blog.css ')
  expect((await ask('/')).body).toBe('home')
  expect((await ask('/blogs')).status).toBe(404)
  expect((await ask('/static/shop/x.css')).status).toBe(404)
})

test('#24 H18 it hears who asks; what a client says of itself, and what is for one connection, does not pass', async () => {
  const seen: IncomingMessage[] = []
  const { url } = await startRemote((request, response) => {
    seen.push(request)
    response.end()
  })
  const { ask } = await startFront(url)
  const { headers } = await ask('/blog', {
    headers: {
      host: 'localhost:81',
      cookie: 'a=b; c=d',
      connection: 'close, x-secret',
      'x-secret': '1',
      te: 'trailers',
      'proxy-authorization': 'Basic x',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-request-id': 'mine-12345678',
      forwarded: 'for=6.6.6.6',
      'accept-language': 'de',
    },
  })
  const { connection: _own, ...rest } = seen[0]!.headers
  expect(rest).toEqual({
    host: 'localhost:81',
    cookie: 'a=b; c=d',
    'accept-language': 'de',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'localhost:81',
    'x-forwarded-proto': 'http',
    'x-request-id': headers['x-request-id'],
    via: expect.stringMatching(/^1\.1 tao-[0-9a-f]{12}$/),
  })
})

test('#24 its answer comes whole: status, cookies, compressed bytes, redirects; its own headers replace ours', async () => {
  const { url } = await startRemote((request, response) => {
    if (request.url === '/blog/away') response.writeHead(302, { location: `${url}/blog/there?a=1` })
    else if (request.url === '/blog/not-modified') response.writeHead(304, { etag: '"x"' })
    else {
      response.writeHead(201, [
        ['set-cookie', 'a=1; Path=/'],
        ['set-cookie', 'b=2; Path=/'],
        ['x-request-id', 'theirs'],
        ['connection', 'x-hop'],
        ['x-hop', '1'],
        ['content-security-policy', "default-src 'self'"],
        ['content-length', '3'],
      ] as never)
    }
    response.end(request.method === 'HEAD' || response.statusCode !== 201 ? undefined : 'abc')
  })
  const { ask } = await startFront(url)
  const { status, headers, body } = await ask('/blog')
  expect([status, body]).toEqual([201, 'abc'])
  expect(headers).toMatchObject({
    'set-cookie': ['a=1; Path=/', 'b=2; Path=/'],
    'content-security-policy': "default-src 'self'",
    'x-content-type-options': 'nosniff',
    'content-length': '3',
  })
  expect(headers['x-request-id']).not.toContain('theirs')
  expect(headers).not.toHaveProperty('x-hop')
  expect((await ask('/blog', { method: 'HEAD' })).headers['content-length']).toBe('3')
  expect((await ask('/blog/away')).headers.location).toBe('/blog/there?a=1')
  expect(await ask('/blog/not-modified')).toMatchObject({ status: 304, headers: { etag: '"x"' } })
})

test('#24 H2 no spelling of a path leads out of the app: 400', async () => {
  const answered = vi.fn()
  const { url } = await startRemote((_request, response) => {
    answered()
    response.end('reached')
  })
  const { ask } = await startFront(url)
  for (const path of [
    '/blog/../admin',
    '/blog/%2e%2e/admin',
    '/blog/.%2E/admin',
    '/blog/%2e%2e%2fadmin',
    '/blog/%252e%252e%252fadmin',
    '/blog/..%5cadmin',
    '/blog/./x',
    '/blog/%00',
    '/blog/%ff',
  ])
    expect([path, (await ask(path)).status]).toEqual([path, 400])
  expect((await ask('//evil.example/blog')).status).toBe(404)
  expect(answered).not.toHaveBeenCalled()
})

test('#24 H1 H6 the check of hosts and of origins stands before it, and a body has bounds', async () => {
  const answered = vi.fn()
  const { url } = await startRemote((request, response) => {
    answered()
    request.resume().on('end', () => response.end('reached'))
  })
  const { ask } = await startFront(url, {}, { more: 'limits: { upload: 1000, body: 1000 },' })
  expect((await ask('/blog', { headers: { host: 'evil.example' } })).status).toBe(400)
  expect((await ask('/blog', { method: 'POST', headers: { origin: 'http://evil.example' } })).status).toBe(
    403,
  )
  expect(answered).not.toHaveBeenCalled()
  const large = { method: 'POST', body: Buffer.alloc(5000) }
  expect((await ask('/blog', large)).status).toBe(413)
  expect((await ask('/blog', { ...large, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413)
  expect((await ask('/blog', { method: 'POST', body: Buffer.alloc(1000) })).body).toBe('reached')
})

test('#24 no odd length of a request smuggles another one to it', async () => {
  const paths: string[] = []
  const { url } = await startRemote((request, response) => {
    paths.push(request.url!)
    response.end()
  })
  const front = await startFront(url)
  for (const [what, rest] of [
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde'],
    [
      'a length and chunks',
      'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /blog/smuggled HTTP/1.1\r\n\r\n',
    ],
    ['an unknown coding', 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['a bare line feed', 'X: a\nContent-Length: 4\r\n\r\nabcd'],
  ]) {
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1')
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (data) => (text += data.toString()))
      socket.on('close', () => resolve(text))
      socket.write(`POST /blog/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}`)
    })
    expect([what, answer]).toEqual([what, expect.stringMatching(/^HTTP\/1\.1 (?:400|501) /)])
  }
  expect(paths).toEqual([])
})

const pages = {
  'apps/blog/routes.ts': 'export default []',
  'apps/blog/templ/502.html': 'blog is away',
  'templ/504.html': 'too late',
}

test('#24 a remote that is not there is 502 with the page of the app; JSON clients get JSON', async () => {
  const { url, server } = await startRemote(() => {})
  server.close()
  const { ask } = await startFront(url, pages)
  expect(await ask('/blog')).toMatchObject({ status: 502, body: 'blog is away' })
  expect(JSON.parse((await ask('/blog', { headers: { accept: 'application/json' } })).body)).toMatchObject({
    statusCode: 502,
    error: 'Bad Gateway',
  })
  expect((await ask('/blog', { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(502)
  expect((await ask('/')).body).toBe('home')
})

test('#24 a remote that never answers is 504, while the rest is answered at once', async () => {
  const { url } = await startRemote(() => {})
  const { ask } = await startFront({ url, timeout: 0.3 }, pages)
  const waiting = ask('/blog')
  expect((await ask('/')).body).toBe('home')
  expect(await waiting).toMatchObject({ status: 504, body: 'too late' })
})

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH\r\n', 502],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-', 502],
  ['nothing', '', 502],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', 502],
  ['a status that is none', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n', 502],
  ['a header with a control character', 'HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 0\r\n\r\n', 502],
])('#24 a remote that answers %s and hangs up is 502', async (_what, text, status) => {
  const server = createTcpServer((socket) =>
    socket.on('error', () => {}).once('data', () => socket.end(text)),
  )
  const { ask } = await startFront(await listen(server))
  expect((await ask('/blog')).status).toBe(status)
})

test('#24 half an answer is cut for the visitor too, whether the remote hangs up or only stops', async () => {
  const server = createTcpServer((socket: Socket) => {
    socket
      .on('error', () => {})
      .once('data', (head) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
        if (head.toString().includes('/hang-up')) socket.destroySoon()
      })
  })
  const { ask } = await startFront({ url: await listen(server), timeout: 0.3 })
  expect(await ask('/blog/hang-up')).toMatchObject({ status: 200, body: 'half', cut: true })
  expect(await ask('/blog/stop')).toMatchObject({ status: 200, body: 'half', cut: true })
  expect((await ask('/')).body).toBe('home')
})

test(
  '#24 nothing is held: who reads slowly slows the other side down, either way',
  { timeout: 60_000 },
  async () => {
    const [size, most] = [64 << 20, 40 << 20]
    const ahead = { up: 0, down: 0 }
    const gone = { up: 0, down: 0 }
    const pieces = function* (way: keyof typeof ahead): Generator<Buffer> {
      for (let sent = 0; sent < size; sent += 65_536) {
        // What the systems hold between the three is some megabytes.
        ahead[way] = Math.max(ahead[way], sent - gone[way])
        yield Buffer.alloc(65_536)
      }
    }
    const readSlowly = async (way: keyof typeof gone, from: IncomingMessage): Promise<void> => {
      for await (const chunk of from) {
        gone[way] += (chunk as Buffer).length
        await delay(1)
      }
    }
    const { url } = await startRemote((request, response) => {
      if (request.method === 'GET') Readable.from(pieces('down')).pipe(response)
      else void readSlowly('up', request).then(() => response.end('all of it'))
    })
    const front = await startFront(url, {}, { more: `limits: { upload: ${size} },` })
    const [download, upload] = await Promise.all([
      new Promise<IncomingMessage>((resolve) => get(`${front.url}/blog`, { agent: false }, resolve)),
      new Promise<IncomingMessage>((resolve, reject) => {
        const sent = httpRequest(`${front.url}/blog`, { method: 'PUT', agent: false }, resolve).on(
          'error',
          reject,
        )
        Readable.from(pieces('up')).pipe(sent)
      }),
    ])
    expect(await text(upload)).toBe('all of it')
    await readSlowly('down', download)
    expect(gone).toEqual({ up: size, down: size })
    expect(ahead.up).toBeLessThan(most)
    expect(ahead.down).toBeLessThan(most)
  },
)

test('#24 when the visitor goes, the remote hears of it', async () => {
  let begun: (request: IncomingMessage) => void
  const request = new Promise<IncomingMessage>((resolve) => {
    begun = resolve
  })
  const { url } = await startRemote((asked) => begun(asked))
  const front = await startFront(url)
  const visitor = httpRequest(front.url, { path: '/blog', agent: false }).on('error', () => {})
  visitor.end()
  const asked = await request
  const closed = new Promise((resolve) => asked.socket.once('close', resolve))
  visitor.destroy()
  await closed
})

test('#24 a remote that fails again and again is left alone for a while: 503 at once, with Retry-After', async () => {
  const { url, server } = await startRemote((_request, response) => response.end('there again'))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const { ask } = await startFront(url, { 'templ/503.html': 'later: {{ message }}' })
  for (let i = 0; i < 5; i++) expect((await ask('/blog')).status).toBe(502)
  const refused = await ask('/blog')
  expect(refused).toMatchObject({
    status: 503,
    body: 'later: This part of the site cannot be reached just now.',
  })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await vi.waitFor(async () => expect((await ask('/blog')).body).toBe('there again'), { timeout: 20_000 })
})

test('#24 a kept connection that the remote has closed meanwhile is not a failure', async () => {
  const { url, server } = await startRemote((_request, response) => response.end('yes'))
  const { ask } = await startFront(url)
  for (let i = 0; i < 20; i++) {
    expect((await ask('/blog')).body).toBe('yes')
    server.closeIdleConnections()
  }
})

test('#24 what is in its folder here keeps its names and its pages; its views and middleware are not run', async () => {
  const { url } = await startRemote((request, response) => response.end(`remote ${request.url}`))
  const { client, ask } = await startFront(url, {
    'apps/blog/routes.ts': `import { route } from 'tao1'
export default [
  route('GET', '/blog/{id:int}', () => 'local', 'post', { middleware: () => 'local' }),
  route('*', '/blog/{rest:path}', () => 'local', 'rest'), route('GET', '/feed.xml', () => 'local', 'feed'),
]`,
    'apps/blog/middleware.ts': `export default () => 'local'`,
    'apps/blog/static/blog.css': 'local {}',
  })
  expect(client.url('blog:post' as never, { id: 7 } as never)).toBe('/blog/7')
  for (const path of ['/blog/7', '/blog/x/y', '/feed.xml', '/static/blog/blog.css']) {
    expect((await ask(path)).body).toBe(`remote ${path}`)
  }
})

test('#24 a remote that leads back to this server is told of, and asked once', async () => {
  const port = await freePort()
  const { ask } = await startFront(`http://127.0.0.1:${port}`, {}, { port })
  expect((await ask('/blog')).status).toBe(508)
})

test('#24 a visitor who sends slowly is not taken for a remote that answers late', async () => {
  const { url } = await startRemote((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => response.end(body))
  })
  const front = await startFront({ url, timeout: 0.2 })
  const answer = await new Promise<string>((resolve, reject) => {
    const sent = httpRequest(front.url, { method: 'PUT', path: '/blog', agent: false }, (response) => {
      response.setEncoding('utf8').on('data', (text: string) => resolve(`${response.statusCode} ${text}`))
    }).on('error', reject)
    sent.write('first, ')
    setTimeout(() => sent.end('then the rest'), 400)
  })
  expect(answer).toBe('200 first, then the rest')
})

test('#24 more event streams than anybody waits for are open at once', async () => {
  let open = 0
  const { url } = await startRemote((request, response) => {
    if (request.url === '/blog/page') return void response.end('page')
    open++
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  })
  const front = await startFront(url)
  const streams = await Promise.all(
    Array.from(
      { length: 260 },
      () =>
        new Promise<IncomingMessage>((resolve, reject) => {
          httpRequest(front.url, { path: '/blog/events', agent: false }, resolve).on('error', reject).end()
        }),
    ),
  )
  expect(open).toBe(260)
  expect((await front.ask('/blog/page')).body).toBe('page')
  for (const stream of streams) stream.destroy()
})

test('#24 it can be turned off like any other app', async () => {
  const { url } = await startRemote((_request, response) => response.end('yes'))
  const { ask } = await startFront(url, { '.tao/apps.json': '{ "blog": {} }' })
  expect((await ask('/blog/x')).status).toBe(503)
})

test('#24 wrong settings are told', async () => {
  const build = (blog: string): Promise<unknown> =>
    startSite({ 'settings.ts': `export default { apps: { blog: ${blog} } }` })
  await expect(build(`{ remote: '10.0.0.2:8000' }`)).rejects.toThrow('the URL of a server such as')
  await expect(build(`{ remote: 'http://10.0.0.2/blog' }`)).rejects.toThrow('without a path')
  await expect(build(`{ remote: { timeout: 1 } }`)).rejects.toThrow('settings.apps.blog.remote needs a url')
  await expect(build(`{ remote: { url: 'http://10.0.0.2', paths: ['blog'] } }`)).rejects.toThrow(
    'a path such as "/blog"',
  )
})
