import { get } from 'node:http'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { makeSite, startServing, viewsOf } from './serving.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

test('#15 at a restart websockets are closed with 1012 and event streams ended, and nothing waits for them', async () => {
  const site = makeSite(built, {
    'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('GET', '/socket', views.socket), route('GET', '/events', views.events)]
`,
    'views.ts': `import { stream, type Request } from 'tao1'
import { Readable } from 'node:stream'
export function index(): string { return 'version 1' }
export async function socket(request: Request): Promise<void> {
  const socket = await request.websocket()
  for await (const message of socket) socket.send('echo ' + String(message))
}
export function events(): unknown {
  const endless = new Readable({ read() {} })
  endless.push('data: hello\\n\\n')
  return stream(endless, { headers: { 'content-type': 'text/event-stream' } })
}
`,
  })
  cleanUps.push(() => site.remove())
  const serving = await startServing(built, site)
  cleanUps.push(() => serving.stop())
  const { url } = serving

  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`)
  cleanUps.push(() => socket.terminate())
  const echoed = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString())))
  socket.once('open', () => socket.send('hi'))
  expect(await echoed).toBe('echo hi')
  const closed = new Promise((resolve) => socket.once('close', resolve))

  const streamEnded = new Promise<string>((resolve, reject) => {
    get(`${url}/events`, { agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        site.write({
          'views.ts': `${viewsOf(2)}export function socket(): void {}\nexport function events(): void {}\n`,
        })
      })
      response.on('end', () => resolve(text))
      response.on('error', reject)
    })
  })
  expect(await streamEnded).toBe('data: hello\n\n')
  expect(await closed).toBe(1012)
  const [, took] = await serving.waitFor(/restarted in (\d+) ms/)
  expect(Number(took)).toBeLessThan(4000)
})
