import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { makeCertificate } from '../certificate.ts'
import { hasProgram } from '../deploy/program.ts'
import { startSite } from '../start-site.ts'
import { listen, startFront, type Front } from './front.ts'

describe.skipIf(!hasProgram('openssl'))('#24 a remote app by https', () => {
  let folder: string
  let certificate: { key: string; cert: string }
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tao-tls-'))
    certificate = makeCertificate(folder, 'DNS:localhost')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function start(
    remote: object,
    host: string,
  ): Promise<Front & { log: () => string; names: unknown[] }> {
    const { key, cert } = certificate
    const names: unknown[] = []
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      names.push((request.socket as { servername?: unknown }).servername)
      response.end(`secret of ${request.headers.host}`)
    })
    new WebSocketServer({ server }).on('connection', (socket) => socket.send('hello'))
    const url = (await listen(server, 'https')).replace('127.0.0.1', host)
    let log = ''
    const stream = new PassThrough().on('data', (line: Buffer) => (log += line.toString()))
    const logStream = stream as unknown as NodeJS.WriteStream
    const more = `allowedHosts: ['shop.example', 'localhost', '127.0.0.1'],`
    const flags = { logLevel: 'warn' as const }
    const front = await startFront({ url, ...remote }, {}, { more, flags, logStream })
    return { ...front, log: () => log, names }
  }

  test('#24 its certificate is that of its own name, whatever the visitor asks for, and vouched for by `ca`', async () => {
    const { ask, url, names } = await start({ ca: certificate.cert }, 'localhost')
    const visitor = { headers: { host: 'shop.example' } }
    expect(await ask('/blog', visitor)).toMatchObject({ status: 200, body: 'secret of shop.example' })
    expect(names).toEqual(['localhost'])
    const socket = new WebSocket(`${url.replace('http', 'ws')}/blog/live`)
    const heard = await new Promise((resolve, reject) => {
      socket.once('message', (data: Buffer) => resolve(data.toString())).once('error', reject)
    })
    expect(heard).toBe('hello')
    socket.close()
  })

  test('#24 one that nobody vouches for is 502, and the log says why', async () => {
    const { ask, log } = await start({}, 'localhost')
    expect((await ask('/blog')).status).toBe(502)
    expect(log()).toMatch(/blog at https:\/\/localhost:\d+ cannot be reached: self-signed certificate/)
    expect((await ask('/')).body).toBe('home')
  })

  test('#24 one of another name is 502, and the log says which', async () => {
    const { ask, log } = await start({ ca: certificate.cert }, '127.0.0.1')
    expect((await ask('/blog')).status).toBe(502)
    expect(log()).toMatch(/IP: 127\.0\.0\.1 is not in the cert's list/)
  })

  test('#24 a `ca` that is no certificate is told at the start', async () => {
    const site = (ca: string): Promise<unknown> =>
      startSite({
        'settings.ts': `export default { apps: { blog: { remote: { url: 'https://10.0.0.2', ca: '${ca}' } } } }`,
        'ca.pem': 'nothing',
      })
    await expect(site('ca.pem')).rejects.toMatchObject({ code: 'TAO_REMOTE_CA' })
    await expect(site('none.pem')).rejects.toThrow(
      /names none\.pem, of which no certificate could be read: ENOENT/,
    )
  })
})
