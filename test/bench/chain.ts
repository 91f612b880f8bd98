// What tao's whole default chain costs around a view, against bare Fastify on the same route: host check, cross-origin
// check, request id, security headers, routing, sessions. Each server is a process of its own. Aim: 0.95 or more.
import Fastify from 'fastify'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkBody, get, load, type Load } from './load.ts'
import { compare } from './rounds.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

const ROUTES = `import { route } from 'tao1'
export default [
  route('GET', '/json', () => ({ hello: 'world' }), 'json'),
  route('GET', '/items/{id:int}/{slug}', ({ params, query }) => ({ id: params.id, slug: params.slug, page: Number(query.get('page')) }), 'item'),
]
`

const WORK = {
  'W1: JSON': { path: '/json', body: '{"hello":"world"}' },
  'W2: typed parameters and query': { path: '/items/7/abc?page=2', body: '{"id":7,"slug":"abc","page":2}' },
}

const servers: Record<string, (folder: string) => Promise<number>> = {
  async 'bare Fastify'() {
    const app = Fastify()
    app.get('/json', () => ({ hello: 'world' }))
    app.get('/items/:id/:slug', ({ params, query }) => {
      const { id, slug } = params as { id: string; slug: string }
      return { id: Number(id), slug, page: Number((query as { page: string }).page) }
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    return (app.server.address() as AddressInfo).port
  },
  async tao(folder) {
    const door = join(checkout, 'dist', 'index.js')
    const { buildSite } = (await import(door)) as typeof import('../../src/index.ts')
    const env = { NODE_ENV: 'production', SECRET_KEY: 'measuring needs a key of 32 characters and more' }
    const site = await buildSite({ root: folder, mode: 'production', env, flags: { database: 'memory:' } })
    return Number(new URL((await site.listen({ host: '127.0.0.1', port: 0 })).url).port)
  },
  async 'bare node:http'() {
    const answers = new Map(Object.values(WORK).map(({ path, body }) => [path, body]))
    const server = createServer((request, response) => {
      const body = answers.get(request.url!)!
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  },
}

if (process.send !== undefined) {
  const [name, folder] = process.argv.slice(2) as [string, string]
  process.send(await servers[name]!(folder))
} else {
  const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(checkout, join(folder, 'node_modules', 'tao1'), 'junction')
  writeFileSync(join(folder, 'settings.ts'), 'export default {}')
  writeFileSync(join(folder, 'routes.ts'), ROUTES)
  const processes: ChildProcess[] = []
  try {
    const ports = new Map<string, number>()
    for (const name of Object.keys(servers)) {
      const child = fork(fileURLToPath(import.meta.url), [name, folder])
      processes.push(child)
      ports.set(name, (await once(child, 'message'))[0] as number)
    }
    for (const [title, { path, body }] of Object.entries(WORK)) {
      const loads = [...ports].map(([name, port]): [string, Load] => [
        name,
        { port, request: get(path), body },
      ])
      for (const [, one] of loads) await checkBody(one)
      await compare(
        title,
        loads.map(([name, one]) => ({ name, measure: () => load(one) })),
        9,
      )
    }
  } finally {
    for (const child of processes) child.kill()
    rmSync(folder, { recursive: true })
  }
}
