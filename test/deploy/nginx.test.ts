import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { buildStatic } from '../../src/static/build-static.ts'
import type { Serving, TestSite } from '../serve/serving.ts'
import { deploy, deployedSite, removeBuilt, servedSite } from './deployed.ts'
import { freePort, hasProgram, startProgram, type RunningProgram } from './program.ts'

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
async function startNginx(site: TestSite, file = 'deploy/nginx.conf'): Promise<RunningProgram> {
  const written = join(site.folder, file)
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
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path "${folder}/${name}";`).join(' ')}
  include "${written}";
}
`,
  )
  const nginx = startProgram('nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'main.conf')])
  await nginx.printed(/start worker process /)
  // What it warns of would be warned of on the user's machine, too.
  expect(nginx.output).not.toMatch(/\[(?:warn|error|emerg)\]/)
  return nginx
}

/** A site, and nginx in front of it, as the command says. */
async function start(words: (folder: string) => string[] = () => []): Promise<{
  site: TestSite
  serving: Serving
  port: number
  nginx: RunningProgram
  /** Under which name the build put the style sheet. */
  sheet: string
}> {
  const site = deployedSite(FILES)
  const [port, upstream] = [await freePort(), await freePort()]
  const socket = words(site.folder)
  const env = { SITE_URL: `http://localhost:${port}`, TRUST_PROXY: 'loopback', PORT: String(upstream) }
  const { manifest } = await buildStatic({
    siteFolder: join(site.folder, 'static'),
    apps: [],
    url: '/static/',
    folder: join(site.folder, '.tao/static'),
  })
  await deploy(site, ['nginx', ...socket], env)
  const path = socket[1]
  const serving = await servedSite(site, { env, ...(path === undefined ? {} : { path }) })
  return { site, serving, port, nginx: await startNginx(site), sheet: manifest.files['site.css']!.path }
}

describe.skipIf(!hasProgram('nginx'))('#16 nginx with the file of tao deploy', () => {
  afterAll(removeBuilt)

  test('#16 H18 passes pages on and says who asked, in spite of what the client says', async () => {
    const { port } = await start()
    const { status, headers, body } = await ask({
      port,
      headers: {
        host: `localhost:${port}`,
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
        host: `localhost:${port}`,
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        url: `http://localhost:${port}/x`,
      },
    ])
    expect(headers['x-request-id']).toBe(told['id'])
    expect((await ask({ port, headers: { host: 'evil.example' } })).status).toBe(400)
  })
  test('#16 H2 serves static files itself, the site being gone: by hashed name for ever and compressed, by plain name with its type', async () => {
    const { serving, port, sheet } = await start()
    const hashed = `/static/${sheet}`
    await serving.stop()
    const headers = { 'accept-encoding': 'gzip' }
    const built = await ask({ port, path: hashed, headers })
    expect([built.status, built.headers]).toEqual([
      200,
      expect.objectContaining({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-encoding': 'gzip',
        'content-type': 'text/css; charset=utf-8',
        'x-content-type-options': 'nosniff',
        vary: 'Accept-Encoding',
      }),
    ])
    expect(gunzipSync(built.body).toString()).toBe(SHEET)
    expect((await ask({ port, path: hashed })).body.toString()).toBe(SHEET)

    const plain = await ask({ port, path: '/static/page.mjs' })
    expect([plain.status, plain.body.toString(), plain.headers]).toEqual([
      200,
      'export {}',
      expect.objectContaining({
        'cache-control': 'public, max-age=0',
        'content-type': 'text/javascript; charset=utf-8',
        'x-frame-options': 'DENY',
      }),
    ])
    // By the link that the server made when it started.
    expect((await ask({ port, path: '/static/blog/a%20b.txt' })).body.toString()).toBe('of the app')

    for (const path of [
      '/static/.hidden',
      '/static/../secret.txt',
      '/static/%2e%2e/secret.txt',
      '/static/..%2fsecret.txt',
      '/static//../../secret.txt',
      '/.tao/static.json',
      '/settings.ts',
    ]) {
      const { status, body } = await ask({ port, path })
      // 502 is what it asks the site that is gone.
      expect([path, status, body.includes('outside')]).toEqual([
        path,
        expect.toBeOneOf([400, 404, 502]),
        false,
      ])
    }
    expect((await ask({ port, path: '/' })).status).toBe(502)
  })

  test('#16 what is no file of the folders is the site’s own 404, with its headers', async () => {
    const { port } = await start()
    const host = `localhost:${port}`
    const { status, headers } = await ask({ port, path: '/static/none.css', headers: { host } })
    expect([status, headers['x-request-id'], headers['x-content-type-options']]).toEqual([
      404,
      expect.any(String),
      'nosniff',
    ])
  })

  test('#16 passes websockets, and event streams as they come', async () => {
    const { port, serving } = await start()
    const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, {
      headers: { host: `localhost:${port}` },
      origin: `http://localhost:${port}`,
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

    const seen: string[] = []
    await new Promise<void>((resolve, reject) => {
      httpRequest(
        { host: '127.0.0.1', port, path: '/events', headers: { host: `localhost:${port}` }, agent: false },
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
    const { port } = await start()
    const send = (size: number): Promise<Answer> => {
      const body = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n${'x'.repeat(size)}\r\n--b--\r\n`
      return ask({
        port,
        method: 'POST',
        body,
        headers: {
          host: `localhost:${port}`,
          'content-type': 'multipart/form-data; boundary=b',
          'content-length': String(body.length),
        },
      })
    }
    const fine = await send(1500)
    expect([fine.status, fine.body.toString()]).toEqual([200, '{"size":1500}'])
    const large = await send(4000)
    expect([large.status, large.headers['x-request-id'], large.headers['server']]).toEqual([
      413,
      undefined,
      expect.stringMatching(/^nginx/),
    ])
  })

  test('#16 H18 reaches a site by its socket file, and is believed there as on the loopback', async () => {
    const { port } = await start((folder) => ['--socket', join(folder, 'web.sock')])
    const { body } = await ask({ port, headers: { host: `localhost:${port}`, 'x-forwarded-for': '6.6.6.6' } })
    expect(JSON.parse(body.toString())).toMatchObject({
      ip: '127.0.0.1',
      host: `localhost:${port}`,
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  test.skipIf(!hasProgram('openssl'))('#16 H10 ends TLS, and the site knows', async () => {
    const site = deployedSite(FILES)
    const [port, upstream] = [await freePort(), await freePort()]
    const certificates = join(site.folder, 'certs')
    mkdirSync(certificates)
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-days',
        '1',
        '-keyout',
        join(certificates, 'privkey.pem'),
        '-out',
        join(certificates, 'fullchain.pem'),
      ],
      { stdio: 'ignore' },
    )
    const env = { SITE_URL: `https://localhost:${port}`, TRUST_PROXY: 'loopback', PORT: String(upstream) }
    await deploy(site, ['nginx', '--certs', certificates], env)
    await servedSite(site, { env })
    await startNginx(site)
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
    for (const { headers } of [page, file])
      expect(headers['strict-transport-security']).toBe('max-age=15552000')
  })
})
