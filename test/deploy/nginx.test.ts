import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { buildStatic } from '../../src/static/build-static.ts'
import { makeCertificate } from '../certificate.ts'
import type { Serving, TestSite } from '../serve/serving.ts'
import { deploy, deployedSite, removeBuilt, servedSite } from './deployed.ts'
import { freePort, hasProgram, startProgram, type AtEnd } from './program.ts'

const SHEET = `body { color: red }\n${'/* enough to be compressed */\n'.repeat(40)}`

const FILES = {
  'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/trial', log: { requests: false }, limits: { upload: 3000, fileSize: 2000, body: 2000 } })
`,
  'routes.ts': `import { route, stream } from 'tao1'
export default [
  route('GET', '/', (request) => ({ ip: request.ip, secure: request.secure, host: request.host, id: request.id, url: request.absolute('/x') })),
  route('POST', '/', async (request) => {
    const form = await request.form()
    return { size: form.get('file').size }
  }, 'send'),
  route('GET', '/session', (request) => {
    request.session.text = 'x'.repeat(2600)
    return 'kept'
  }, 'session'),
  route('GET', '/told', (request) => ({ cookie: request.headers.get('cookie')?.length, upgrade: request.raw.headers.upgrade ?? null }), 'told'),
  route('GET', '/live', async (request) => {
    const socket = await request.websocket()
    await socket.send(request.ip)
    for await (const message of socket) await socket.send(message + '/answer')
  }, 'live'),
  route('GET', '/events', () => stream((async function* () {
    yield 'data: first\\n\\n'
    await new Promise((resolve) => process.stdin.once('data', resolve))
    yield 'data: last\\n\\n'
  })(), { headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } }), 'events'),
]
`,
  'static/site.css': SHEET,
  'static/page.mjs': 'export {}',
  'static/.hidden': 'hidden',
  'apps/blog/routes.ts': 'export default []\n',
  'apps/blog/static/a b.txt': 'of the app',
  'secret.txt': 'outside',
}

interface Answer {
  status: number
  headers: Record<string, string | undefined>
  body: Buffer
}

function ask(options: RequestOptions & { body?: Buffer | string }): Promise<Answer> {
  const { body, ...rest } = options
  const request = rest.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sent = request({ agent: false, host: '127.0.0.1', ...rest }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers as Answer['headers'],
          body: Buffer.concat(chunks),
        }),
      )
    })
    sent.once('error', reject).end(body)
  })
}

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))

/** nginx with nothing but the file that was written, in a folder of its own. */
async function startNginx(site: TestSite, atEnd: AtEnd): Promise<void> {
  const written = join(site.folder, 'deploy/nginx.conf')
  if (!hasIPv6) writeFileSync(written, readFileSync(written, 'utf8').replaceAll(/^ *listen \[::\].*\n/gm, ''))
  const folder = join(site.folder, 'nginx')
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'main.conf'),
    `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid "${folder}/pid";
error_log stderr notice;
events {}
http {
  access_log off;
  # As Debian has it.
  gzip on;
  types_hash_max_size 2048;
  ${existsSync('/etc/nginx/mime.types') ? 'include /etc/nginx/mime.types;' : ''}
  default_type application/octet-stream;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path "${folder}/${name}";`).join(' ')}
  include "${written}";
}
`,
  )
  const nginx = startProgram('nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'main.conf')], atEnd)
  await nginx.printed(/start worker process /)
  // What it warns of would be warned of on the user's machine, too.
  expect(nginx.output).not.toMatch(/\[(?:warn|error|emerg)\]/)
}

/** A site, and nginx in front of it, as the command says. */
async function start(
  atEnd: AtEnd,
  words: (site: TestSite) => string[] = () => [],
  scheme: string = 'http',
): Promise<{ site: TestSite; serving: Serving; port: number }> {
  const site = deployedSite(FILES, atEnd)
  const [port, upstream] = [await freePort(), await freePort()]
  const env = { SITE_URL: `${scheme}://localhost:${port}`, TRUST_PROXY: 'loopback', PORT: String(upstream) }
  const [option, value] = words(site)
  await deploy(site, ['nginx', ...words(site)], env)
  const at = option === '--socket' && value !== undefined ? { path: value } : {}
  const serving = await servedSite(site, { env, ...at }, atEnd)
  await startNginx(site, atEnd)
  return { site, serving, port }
}

/** What every answer carries, whoever made it. */
const SAFE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
}

describe.skipIf(!hasProgram('nginx'))('#16 nginx with the file of tao deploy', () => {
  const ends: (() => void | Promise<void>)[] = []
  let serving: Serving
  let port: number
  let host: string
  /** Under which name the build put the style sheet. */
  let sheet: string
  beforeAll(async () => {
    const started = await start((end) => void ends.unshift(end))
    ;({ serving, port } = started)
    host = `localhost:${port}`
    const { manifest } = await buildStatic({
      siteFolder: join(started.site.folder, 'static'),
      apps: [],
      url: '/static/',
      folder: join(started.site.folder, '.tao/static'),
    })
    sheet = manifest.files['site.css']!.path
  })
  afterAll(async () => {
    for (const end of ends) await end()
    removeBuilt()
  })

  /** Asks for a page of the site, or what is there instead. */
  const page = (path: string, options: RequestOptions & { body?: Buffer | string } = {}): Promise<Answer> =>
    ask({ port, path, ...options, headers: { host, ...(options.headers as object) } })

  test('#16 H18 passes pages on and says who asked, in spite of what the client says', async () => {
    const { status, headers, body } = await page('/', {
      headers: {
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example',
        'x-request-id': 'mine-mine',
      },
    })
    const told = JSON.parse(body.toString()) as Record<string, unknown>
    expect([status, told]).toEqual([
      200,
      {
        ip: '127.0.0.1',
        secure: false,
        host,
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        url: `http://${host}/x`,
      },
    ])
    expect(headers['x-request-id']).toBe(told['id'])
    expect((await page('/', { headers: { host: 'evil.example' } })).status).toBe(400)
  })

  test('#16 what is no file of the folders is the site’s own 404, with its headers', async () => {
    const { status, headers } = await page('/static/none.css')
    expect([status, headers]).toEqual([
      404,
      expect.objectContaining({ ...SAFE, 'x-request-id': expect.any(String) }),
    ])
  })

  test('#16 passes websockets, and event streams as they come; nothing else switches protocols', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, {
      headers: { host },
      origin: `http://${host}`,
    })
    const messages: string[] = []
    const closed = new Promise((resolve, reject) => socket.once('close', resolve).once('error', reject))
    socket.on('message', (data) => {
      messages.push((data as Buffer).toString())
      if (messages.length === 1) socket.send('hello')
      else socket.close()
    })
    await closed
    expect(messages).toEqual(['127.0.0.1', 'hello/answer'])
    const other = await page('/told', { headers: { connection: 'upgrade, http2-settings', upgrade: 'h2c' } })
    expect(JSON.parse(other.body.toString())).toEqual({ upgrade: null })

    const seen: string[] = []
    await new Promise<void>((resolve, reject) => {
      httpRequest(
        { host: '127.0.0.1', port, path: '/events', headers: { host }, agent: false },
        (response) => {
          response.on('data', (chunk: Buffer) => {
            // The second one is sent once the first has arrived: an answer that is held back would never end.
            if (seen.push(chunk.toString()) === 1) serving.process.stdin!.write('go\n')
          })
          response.once('end', resolve)
        },
      )
        .once('error', reject)
        .end()
    })
    expect(seen).toEqual(['data: first\n\n', 'data: last\n\n'])
  })

  test('#16 H3 an upload over the limit of the site is refused by nginx, one below it arrives', async () => {
    const send = (size: number, accept: string): Promise<Answer> => {
      const body = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n${'x'.repeat(size)}\r\n--b--\r\n`
      return page('/', {
        method: 'POST',
        body,
        headers: {
          accept,
          'content-type': 'multipart/form-data; boundary=b',
          'content-length': String(body.length),
        },
      })
    }
    const fine = await send(1500, '*/*')
    expect([fine.status, fine.body.toString()]).toEqual([200, '{"size":1500}'])
    const large = await send(4000, 'application/json')
    expect([large.status, large.headers]).toEqual([
      413,
      expect.objectContaining({ ...SAFE, server: 'nginx', vary: 'Accept' }),
    ])
    expect(JSON.parse(large.body.toString())).toEqual({
      statusCode: 413,
      error: expect.stringContaining('Too Large'),
      requestId: large.headers['x-request-id'],
    })
  })

  test('#16 H4 H7 a head is as large as the site takes it, and the largest session fits into an answer', async () => {
    const { status, headers } = await page('/session')
    expect([status, headers['set-cookie']?.[0]?.length]).toEqual([200, expect.toSatisfy((n) => n > 3500)])
    const long = await page('/told', { headers: { cookie: `a=${'x'.repeat(12_000)}` } })
    expect(JSON.parse(long.body.toString())).toEqual({ cookie: 12_002, upgrade: null })
    const tooLong = await page('/told', { headers: { cookie: `a=${'x'.repeat(20_000)}` } })
    expect([tooLong.status, tooLong.headers]).toEqual([431, expect.objectContaining(SAFE)])
    for (const size of [10_000, 20_000]) {
      const { status, headers } = await page(`/${'x'.repeat(size)}`)
      expect([size, status, headers]).toEqual([size, 414, expect.objectContaining(SAFE)])
    }
  })

  test('#16 H1 no odd shape of a request gets through', async () => {
    for (const [what, head] of [
      ['two hosts', `Host: ${host}\r\nHost: evil.example\r\n\r\n`],
      ['no host', '\r\n'],
      ['two lengths', `Host: ${host}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
      [
        'a length and chunks',
        `Host: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ],
      ['an unknown coding', `Host: ${host}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
      ['a space before the colon', `Host: ${host}\r\nContent-Length : 4\r\n\r\nabcd`],
      ['a header that goes on', `Host: ${host}\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n`],
    ]) {
      const answer = await new Promise<string>((resolve, reject) => {
        let text = ''
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(`POST / HTTP/1.1\r\nConnection: close\r\n${head}`),
        )
        socket.on('data', (data) => (text += data.toString()))
        socket.once('close', () => resolve(text)).once('error', reject)
      })
      expect([what, answer]).toEqual([what, expect.stringMatching(/^HTTP\/1\.1 (?:400|501) /)])
    }
  })

  test('#16 H2 serves static files itself, the site being gone: by hashed name for ever and compressed, by plain name with its type', async () => {
    await serving.stop()
    const hashed = `/static/${sheet}`
    const built = await page(hashed, { headers: { 'accept-encoding': 'gzip' } })
    expect([built.status, built.headers]).toEqual([
      200,
      expect.objectContaining({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-encoding': 'gzip',
        'content-type': 'text/css; charset=utf-8',
        vary: 'Accept-Encoding',
        ...SAFE,
      }),
    ])
    expect(gunzipSync(built.body).toString()).toBe(SHEET)
    expect((await page(hashed)).body.toString()).toBe(SHEET)

    const plain = await page('/static/page.mjs')
    expect([plain.status, plain.body.toString(), plain.headers]).toEqual([
      200,
      'export {}',
      expect.objectContaining({
        'cache-control': 'public, max-age=0',
        'content-type': 'text/javascript; charset=utf-8',
        ...SAFE,
      }),
    ])
    // By the link that the server made when it started.
    expect((await page('/static/blog/a%20b.txt')).body.toString()).toBe('of the app')

    for (const path of [
      '/static/.hidden',
      '/static/../secret.txt',
      '/static/%2e%2e/secret.txt',
      '/static/..%2fsecret.txt',
      '/static//../../secret.txt',
      '/.tao/static.json',
      '/.tao-error.html',
      '/settings.ts',
    ]) {
      const { status, headers, body } = await page(path)
      // 502 is what it asks the site that is gone.
      expect([path, status, headers, body.includes('outside')]).toEqual([
        path,
        expect.toBeOneOf([400, 404, 502]),
        expect.objectContaining(SAFE),
        false,
      ])
    }
  })

  test('#16 H9 H10 H17 says in its own words, and with the headers of the site, that the site is gone', async () => {
    await serving.stop()
    const { status, headers, body } = await page('/')
    expect([status, headers]).toEqual([
      502,
      expect.objectContaining({ ...SAFE, 'content-type': 'text/html; charset=utf-8', 'retry-after': '5' }),
    ])
    expect(body.toString()).toContain('<span>502</span> Bad Gateway')
    expect(body.toString()).toContain(`Request ${headers['x-request-id']}`)
    const put = await page('/static/page.mjs', { method: 'PUT' })
    expect([put.status, put.headers]).toEqual([405, expect.objectContaining({ ...SAFE, allow: 'GET, HEAD' })])
  })

  test('#16 H18 reaches a site by its socket file, and is believed there as on the loopback', async () => {
    const { port } = await start(onTestFinished, ({ folder }) => ['--socket', join(folder, 'web.sock')])
    const host = `localhost:${port}`
    const { body } = await ask({ port, headers: { host, 'x-forwarded-for': '6.6.6.6' } })
    expect(JSON.parse(body.toString())).toMatchObject({
      ip: '127.0.0.1',
      host,
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  test.skipIf(!hasProgram('openssl'))(
    '#16 H10 ends TLS, and the site knows; what a remote app has is asked for there',
    async () => {
      let certificates = ''
      const { port } = await start(
        onTestFinished,
        (site) => {
          if (certificates === '') {
            certificates = join(site.folder, 'certs')
            mkdirSync(certificates)
            makeCertificate(certificates)
            site.write({
              'settings.ts': FILES['settings.ts'].replace(
                'defineSettings({',
                "defineSettings({ apps: { blog: { remote: 'http://127.0.0.1:1' } },",
              ),
            })
          }
          return ['--certs', certificates]
        },
        'https',
      )
      const options = {
        protocol: 'https:',
        port,
        rejectUnauthorized: false,
        servername: 'localhost',
        headers: { host: `localhost:${port}` },
      }
      const page = await ask(options)
      expect(JSON.parse(page.body.toString())).toMatchObject({
        secure: true,
        url: `https://localhost:${port}/x`,
      })
      const file = await ask({ ...options, path: '/static/page.mjs' })
      const remote = await ask({ ...options, path: '/static/blog/a%20b.txt' })
      expect([file.status, remote.status]).toEqual([200, 502])
      for (const { headers } of [page, file, remote])
        expect(headers['strict-transport-security']).toBe('max-age=15552000')
    },
  )

  test('#16 H11 by http it leads to the site’s own names alone', async () => {
    const site = deployedSite(FILES)
    await deploy(site, ['nginx'], {
      SITE_URL: 'https://shop.example',
      ALLOWED_HOSTS: '.example.org',
      PORT: '8123',
    })
    const [port, file] = [await freePort(), join(site.folder, 'deploy/nginx.conf')]
    // Without its second server, which wants a certificate and a port that is not everybody's.
    const text = readFileSync(file, 'utf8')
      .replaceAll('listen 80;', `listen ${port};`)
      .replace('listen [::]:80;', '')
    writeFileSync(file, text.slice(0, text.lastIndexOf('\nserver {')))
    await startNginx(site, onTestFinished)
    const led = async (host: string): Promise<unknown> => {
      const { status, headers } = await ask({ port, path: '/a?b=c', headers: { host } })
      expect(headers).toMatchObject(SAFE)
      return [status, headers['location'], headers['strict-transport-security']]
    }
    expect(await led('shop.example')).toEqual([301, 'https://shop.example/a?b=c', undefined])
    expect(await led('www.example.org')).toEqual([301, 'https://www.example.org/a?b=c', undefined])
    expect(await led('evil.example')).toEqual([301, 'https://shop.example/a?b=c', undefined])
  })
})
