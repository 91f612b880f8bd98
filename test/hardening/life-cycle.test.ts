import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { makeFreshSite, type FreshSite, type Server } from './fresh-site.ts'
import { frame, openRaw } from './raw-socket.ts'
import { ask, readAnswers, request, talk } from './raw.ts'

let site: FreshSite

beforeAll(async () => {
  site = await makeFreshSite()
})
afterAll(() => site.remove())

/** Changes a file of the site. @returns what makes it as it was */
function rewrite(file: string, text: string): () => void {
  const before = readFileSync(join(site.root, file), 'utf8')
  site.write({ [file]: text })
  return () => site.write({ [file]: before })
}

const keptAlive = (path: string): Buffer => request(path, { headers: { Connection: 'keep-alive' } })

/** A kept connection: asks over it, and says how it ended. */
function keep(port: number) {
  const socket = connect(port, '127.0.0.1')
  let heard = Buffer.alloc(0)
  let error: NodeJS.ErrnoException | undefined
  socket.on('data', (chunk) => (heard = Buffer.concat([heard, chunk])))
  socket.on('error', (failure) => (error = failure))
  const closed = once(socket, 'close').then(() => error?.code ?? 'end')
  return {
    socket,
    closed,
    heard: () => heard.toString(),
    async ask(path: string): Promise<string> {
      const from = heard.length
      socket.write(keptAlive(path))
      while (!heard.subarray(from).includes('\r\n\r\n')) {
        if (socket.destroyed) throw error ?? new Error('The connection ended')
        await Promise.race([once(socket, 'data'), closed])
      }
      return heard.subarray(from).toString()
    },
  }
}

test('H5 a head not complete and a body not complete in time are 408, and the connection is closed', async () => {
  const settings = `import { defineSettings } from 'tao1'\nexport default defineSettings({ timeouts: { headers: 1, request: 2, keepAlive: 1 } })\n`
  const restore = rewrite('settings.ts', settings)
  const server = await site.serve()
  onTestFinished(async () => void (await server.stop()))
  restore()
  const { port } = server
  const begin = performance.now()
  const seconds = (): number => (performance.now() - begin) / 1000
  const talked = async (bytes: string): Promise<[number | undefined, number]> => {
    const [answer] = readAnswers(await talk(port, { bytes, patience: 20_000 }))
    return [answer?.status, seconds()]
  }
  const [head, body] = await Promise.all([
    talked('GET /probe HTTP/1.1\r\nHost: shop.example\r\nX-Slow:'),
    talked(
      'POST /probe/json HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a',
    ),
  ])
  expect([head[0], body[0]]).toEqual([408, 408])
  const idle = keep(port)
  await idle.ask('/probe')
  expect(await idle.closed).toBe('end')
})

test('H15 SIGTERM: what is under way is finished, idle connections see no reset, sockets 1001, exit 0', async () => {
  const server = await site.serve()
  const { port } = server
  const idle = Array.from({ length: 10 }, () => keep(port))
  await Promise.all(idle.map((one) => one.ask('/probe')))
  const live = await openRaw(port, '/probe/live')
  live.send(frame(1, 'here'))
  await live.next()
  const under = keep(port)
  const slow = under.ask('/probe/slow?ms=1200')
  const flowing = keep(port)
  await flowing.ask('/probe')
  // The slow one has arrived: one behind it on another connection is answered.
  await ask(port, '/probe')
  const begin = performance.now()
  server.child.kill('SIGTERM')
  await server.printed(/Ending/)
  // Kept connections go on being answered, and are told that they end.
  const late = await flowing.ask('/probe')
  expect(late).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i)
  expect(await live.closeCode()).toBe(1001)
  expect(await slow).toMatch(/^HTTP\/1\.1 200 /)
  expect(await Promise.all(idle.map(({ closed }) => closed))).toEqual(idle.map(() => 'end'))
  expect(await server.ended).toMatchObject({ code: 0, signal: null })
  const took = performance.now() - begin
  expect(took).toBeGreaterThan(1400)
  expect(took).toBeLessThan(15_000)
})

test('H15 a second signal ends it at once, exit 1', async () => {
  const server = await site.serve()
  const slow = keep(server.port)
  void slow.ask('/probe/slow?ms=20000').catch(() => {})
  await ask(server.port, '/probe')
  server.child.kill('SIGINT')
  await server.printed(/Ending/)
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(1)
})

test('H15 a busy port is one clear line, exit 1, with and without workers', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  onTestFinished(() => void holder.close())
  const { port } = holder.address() as { port: number }
  for (const more of [[], ['--workers', '2']]) {
    const { code, stdout, stderr } = await site.run(['serve', '--port', String(port), ...more])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(new RegExp(`^error: .*${port}`, 'm'))
    expect(stderr.match(/^error:/gm)).toHaveLength(1)
    expect(stderr).not.toMatch(/^\s+at /m)
  }
})

test('a MongoDB that cannot be reached is 503 within some seconds, and the rest goes on', async () => {
  const server = await site.serve({ DATABASE_URL: 'mongodb://127.0.0.1:1/trial' })
  const begin = performance.now()
  const asked = ask(server.port, '/blog')
  expect((await ask(server.port, '/probe')).status).toBe(200)
  expect((await ask(server.port, '/static/site.css')).status).toBe(200)
  const answer = await asked
  expect([answer.status, answer.header('retry-after')]).toEqual([503, '5'])
  expect(answer.body).not.toMatch(/127\.0\.0\.1|ECONN|Mongo/)
  expect(performance.now() - begin).toBeLessThan(8000)
  expect((await server.stop()).code).toBe(0)
})

/** Asks without end, each time on a new connection or all on kept ones; says what failed when it is told to stop. */
function load(port: number, kept: boolean): () => Promise<{ asked: number; failed: string[] }> {
  const agent = new Agent({ keepAlive: kept, maxSockets: 4 })
  const failed: string[] = []
  let asked = 0
  const over = new AbortController()
  const lane = async (): Promise<void> => {
    while (!over.signal.aborted) {
      asked++
      await new Promise<void>((resolve) => {
        get(
          { port, host: '127.0.0.1', path: '/probe', agent, headers: { host: 'shop.example' } },
          (answer: IncomingMessage) => {
            void text(answer).then((body) => {
              if (answer.statusCode !== 200 || body !== 'probe') failed.push(`${answer.statusCode} ${body}`)
              resolve()
            })
          },
        ).once('error', (error: NodeJS.ErrnoException) => {
          failed.push(error.code ?? error.message)
          resolve()
        })
      })
      // The server, and the workers that start, need some of the processor, too.
      await delay(5)
    }
  }
  const lanes = Array.from({ length: 4 }, lane)
  return async () => {
    over.abort()
    await Promise.all(lanes)
    agent.destroy()
    return { asked, failed }
  }
}

test('H16 SIGHUP takes the new code in with no failed request', async () => {
  const server = await site.serve({}, ['--workers', '2'])
  const stops = [load(server.port, true), load(server.port, false)]
  for (let turn = 0; turn < 2; turn++) {
    const from = server.output.length
    server.child.kill('SIGHUP')
    await waitFor(server, /Renewed 2 workers/, from)
  }
  const outcomes = await Promise.all(stops.map((stop) => stop()))
  for (const { asked, failed } of outcomes) {
    expect(asked).toBeGreaterThan(40)
    expect(failed).toEqual([])
  }
  expect((await server.stop()).code).toBe(0)
})

async function waitFor(server: Server, pattern: RegExp, from: number): Promise<void> {
  while (!pattern.test(server.output.slice(from))) await once(server.child.stdout!, 'data')
}

test('H16 a worker killed with -9 is replaced at once, and the site goes on', async () => {
  const server = await site.serve({}, ['--workers', '2'])
  const before = await pidsOf(server)
  expect(before).toHaveLength(2)
  process.kill(before[0]!, 'SIGKILL')
  let after: number[] = []
  while (after.length < 2 || after.includes(before[0]!)) after = await pidsOf(server)
  expect(after).toContain(before[1])
  expect((await ask(server.port, '/probe')).status).toBe(200)
  expect((await server.stop()).code).toBe(0)
})

/** The children of a server, as the system knows them. */
async function pidsOf(server: Server): Promise<number[]> {
  const { readFile } = await import('node:fs/promises')
  const children = await readFile(`/proc/${server.child.pid}/task/${server.child.pid}/children`, 'utf8')
  return children.trim().split(' ').filter(Boolean).map(Number)
}

test.each([
  ['none', ''],
  ['a short one', 'x1y2z3'],
  ['31 characters', 'abcdefghijklmnopqrstuvwxyz01234'],
  ['one letter', 'a'.repeat(40)],
])('H19 production with %s as secret key does not start: one line, exit 1', async (_, key) => {
  // Whoever starts the site, the key is judged by one rule: with workers it is asked once.
  for (const more of key === '' ? [[], ['--workers', '2']] : [[]]) {
    const { code, stdout, stderr } = await site.run(['serve', '--port', '0', ...more], { SECRET_KEY: key })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('SECRET_KEY is missing or too weak: run "tao secret"'),
    ])
  }
})

test('H19 what `tao secret` gives is a key to start with', async () => {
  const { stdout, code } = await site.run(['secret'])
  expect(code).toBe(0)
  const [key = ''] = /[\w-]{43,}/.exec(stdout) ?? []
  const server = await site.serve({ SECRET_KEY: key })
  expect((await server.stop()).code).toBe(0)
})

test('H20 `tao check --deploy` says of every protection what is missing, with id and hint', async () => {
  const restore = rewrite(
    'settings.ts',
    `import { defineSettings } from 'tao1'
export default defineSettings({
  security: { crossOrigin: false, contentSecurityPolicy: false, hsts: false, headers: { 'x-frame-options': false }, trustedOrigins: ['http://a.example'] },
  session: { secure: false, sameSite: 'none' },
  timeouts: { headers: 0 },
  trustProxy: ['0.0.0.0/0'],
})
`,
  )
  const { code, stdout } = await site.run(['check', '--deploy', '--json'], {
    NODE_ENV: 'development',
    SITE_URL: 'http://shop.example',
    ALLOWED_HOSTS: '*',
    SECRET_KEY: 'weak',
  })
  expect(code).toBe(3)
  const told = JSON.parse(stdout) as
    | { findings?: { id: string; message: string }[] }
    | { id: string; message: string }[]
  const findings = Array.isArray(told) ? told : told.findings!
  const all = findings.map(({ message }) => message).join('\n')
  for (const part of [
    /NODE_ENV is "development"/,
    /SECRET_KEY/,
    /Any Host header/,
    /SITE_URL is http:/,
    /not Secure/,
    /HSTS is off/,
    /any client may say/,
    /sameSite is "none"/,
    /other sites are not refused/,
    /Content-Security-Policy is taken away/,
    /x-frame-options is taken away/,
    /timeouts\\.headers|timeouts.headers is 0/,
    /not https: whoever/,
  ])
    expect(all).toMatch(part)
  restore()
  const trusting = await site.run(['check', '--deploy'], { TRUST_PROXY: 'true' })
  expect(trusting.code).not.toBe(0)
  expect(trusting.stdout + trusting.stderr).toMatch(/TRUST_PROXY|trustProxy/)
})
