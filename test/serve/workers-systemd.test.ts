import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { freePort, hasProgram } from '../deploy/program.ts'
import { ask } from './ask.ts'
import { makeSite, startServing, type Serving, type TestSite } from './serving.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

const views = { 'views.ts': 'export function index(): string { return String(process.pid) }\n' }

async function newServing(
  options: Parameters<typeof startServing>[2],
): Promise<{ serving: Serving; site: TestSite }> {
  const site = makeSite(built, views)
  cleanUps.push(() => site.remove())
  const serving = await startServing(built, site, { workers: '2', ...options })
  cleanUps.push(() => serving.stop())
  return { serving, site }
}

function shortFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tao-s-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const receiver = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    for line in s.recv(4096).decode().splitlines():
        print(line, flush=True)
`

/** What a service manager would hear; Node cannot receive datagrams on a socket file. */
async function listenAsSystemd(path: string): Promise<AsyncIterator<string>> {
  const child = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  cleanUps.push(() => child.kill())
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('bound')
  return lines
}

/** The next state that is told, without what goes with it. */
async function nextState(lines: AsyncIterator<string>): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('The receiver ended')
    if (/^(?:READY|RELOADING|STOPPING)=/.test(value)) return value
  }
}

describe('#16 Workers and systemd', () => {
  test.skipIf(!hasProgram('systemd-notify') || !hasProgram('python3'))(
    '#16 systemd hears when the workers are ready, exchanged, and told to end',
    async () => {
      const socket = join(shortFolder(), 'notify')
      const lines = await listenAsSystemd(socket)
      const { serving } = await newServing({ env: { NOTIFY_SOCKET: socket } })
      expect(await nextState(lines)).toBe('READY=1')
      serving.process.kill('SIGHUP')
      expect([await nextState(lines), await nextState(lines)]).toEqual(['RELOADING=1', 'READY=1'])
      expect(serving.output).toContain('Renewed 2 workers')
      serving.process.kill('SIGTERM')
      expect(await nextState(lines)).toBe('STOPPING=1')
      expect(await serving.ended).toEqual({ code: 0, signal: null })
    },
  )

  test.skipIf(!hasProgram('systemd-socket-activate'))(
    '#16 two workers answer on the socket that systemd listens on, and the one that waited is answered first',
    async () => {
      const port = await freePort()
      const { serving } = await newServing({
        through: ['systemd-socket-activate', '-l', `127.0.0.1:${port}`],
        awaited: /Listening on (\S+) as 3/,
      })
      const url = `http://127.0.0.1:${port}`
      expect((await ask(url)).status).toBe(200)
      expect(serving.output).toContain(`at ${url} with 2 workers`)
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(url)))
      expect(new Set(answers.map(({ body }) => body)).size).toBe(2)
    },
  )
})

describe('#16 Workers and a socket file', () => {
  const askFile = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ socketPath: path, agent: false, headers: { host: 'localhost' } }, (response) => {
        let body = ''
        response.on('data', (part: Buffer) => (body += part.toString()))
        response.once('end', () => resolve(body))
      })
      sent.once('error', reject).end()
    })

  test.skipIf(process.platform === 'win32')(
    '#16 owner and group may connect, one left behind is replaced, and it is gone after the end',
    async () => {
      const path = join(shortFolder(), 'web.sock')
      const first = await newServing({ path })
      expect(statSync(path).mode & 0o777).toBe(0o660)
      expect(new Set(await Promise.all([1, 2, 3, 4].map(() => askFile(path)))).size).toBe(2)
      first.serving.process.kill('SIGKILL')
      await first.serving.ended
      expect(existsSync(path)).toBe(true)
      const { serving } = await newServing({ path })
      expect(await askFile(path)).toMatch(/^\d+$/)
      serving.process.kill('SIGTERM')
      expect((await serving.ended).code).toBe(0)
      expect(existsSync(path)).toBe(false)
    },
  )
})
