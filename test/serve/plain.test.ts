import { createServer, get, request as httpRequest } from 'node:http'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeSite, startServing, type Serving, type TestSite } from './serving.ts'
import { signalWithQueue } from './signal-with-queue.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

const slowViews = `export async function index(): Promise<string> {
  process.stdout.write('began\\n')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  return 'finished'
}
`

function newSite(files?: Record<string, string>): TestSite {
  const site = makeSite(built, files)
  cleanUps.push(() => site.remove())
  return site
}

async function newServing(site: TestSite, options?: Parameters<typeof startServing>[2]): Promise<Serving> {
  const serving = await startServing(built, site, { reload: false, ...options })
  cleanUps.push(() => serving.stop())
  return serving
}

function read(options: Parameters<typeof httpRequest>[1] & object): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ agent: false, ...options }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve(body))
    }).on('error', reject)
  })
}

describe('H15 Ending', () => {
  test('H15 SIGTERM lets the request under way finish, answers who waited to be accepted, and exits 0', async () => {
    const site = newSite({ 'views.ts': slowViews })
    const serving = await newServing(site)
    const { port } = new URL(serving.url)
    const answer = read({ port })
    await serving.waitFor(/began/)
    const queued = await signalWithQueue(serving, 'SIGTERM')
    await serving.waitFor(/(?:began[^]*){11}/)
    serving.process.stdin!.write('go\n')
    expect(await answer).toBe('finished')
    for (const one of queued) expect(await one).toMatch(/^HTTP\/1\.1 200 [^]*finished/)
    expect(await serving.ended).toEqual({ code: 0, signal: null })
    await expect(read({ port })).rejects.toThrow('ECONNREFUSED')
  })

  test('H15 a second signal ends it at once with exit code 1', async () => {
    const serving = await newServing(newSite({ 'views.ts': slowViews }))
    const { port } = new URL(serving.url)
    const cut = expect(read({ port })).rejects.toThrow()
    await serving.waitFor(/began/)
    serving.process.kill('SIGINT')
    await serving.waitFor(/Ending/)
    serving.process.kill('SIGINT')
    expect(await serving.ended).toEqual({ code: 1, signal: null })
    await cut
  })

  test('a promise that nobody awaits is logged and the server goes on', async () => {
    const site = newSite({
      'views.ts':
        "export function index(): string { void Promise.reject(new Error('forgotten')); return 'here' }\n",
    })
    const serving = await newServing(site)
    const { port } = new URL(serving.url)
    await read({ port })
    await serving.waitFor(/forgotten/)
    expect(await read({ port })).toBe('here')
  })
})

describe('Where it listens', () => {
  test('a busy port is one sentence that names the process and what to type', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    cleanUps.push(() => holder.close())
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as { port: number }
    for (const reload of [false, true]) {
      const serving = await startServing(built, newSite(), {
        reload,
        env: { PORT: String(port) },
        awaited: /TAO_SERVE_PORT_TAKEN .*\n/,
      })
      const { code } = await serving.ended
      expect(code).toBe(1)
      expect(serving.output).toContain(
        `Port ${port} of 127.0.0.1 is in use already by process ${process.pid}`,
      )
      expect(serving.output).toContain(`--port ${port + 1}`)
      expect(serving.output).not.toContain('    at ')
    }
  })

  test('a socket file is listened on, one left behind by a killed server is replaced, a live one is not', async () => {
    const site = newSite()
    const path = join(site.folder, 'web.sock')
    const first = await newServing(site, { path })
    expect(await read({ socketPath: path, headers: { host: 'localhost' } })).toBe('version 1')
    const refused = await startServing(built, site, { reload: false, path, awaited: /TAO_SERVE_PORT_TAKEN/ })
    expect((await refused.ended).code).toBe(1)
    first.process.kill('SIGKILL')
    await first.ended
    expect(existsSync(path)).toBe(true)
    for (const reload of [false, true]) {
      const next = await newServing(site, { path, reload })
      expect(await read({ socketPath: path, headers: { host: 'localhost' } })).toBe('version 1')
      await next.stop()
    }
  })
})

describe('What it shows', () => {
  const failing = { 'views.ts': "export function index(): string { throw new Error('inner secret') }\n" }

  test('H9 without --reload a failing page says nothing of why', async () => {
    const serving = await newServing(newSite(failing))
    const body = await read({ port: new URL(serving.url).port, headers: { accept: 'text/html' } })
    expect(body).not.toContain('inner secret')
    expect(body).not.toContain('/__tao__/')
  })

  test('with NODE_ENV=development it shows the error with the lines around it', async () => {
    const serving = await newServing(newSite(failing), { env: { NODE_ENV: 'development' } })
    const body = await read({ port: new URL(serving.url).port, headers: { accept: 'text/html' } })
    expect(body).toContain('inner secret')
    expect(body).toContain('views.ts:1')
    const json = JSON.parse(
      await read({ port: new URL(serving.url).port, headers: { accept: 'application/json' } }),
    ) as object
    expect(json).toMatchObject({ message: 'inner secret', place: { line: 1, owner: 'project' } })
  })
})
