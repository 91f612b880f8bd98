import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, get, type Load } from '../load.ts'

export interface Workload {
  id: string
  title: string
  /** tao's aim, as a ratio to Fastify. */
  aim: number | undefined
  /** Of 1000 further routes, registered before those that are asked for. */
  moreRoutes?: boolean
  /** Servers that do not take part. */
  without?: readonly string[]
  /** What to send to the server at a port, and what has to come back; `undefined`: what the first one answers. */
  prepare(
    port: number,
    folder: string,
  ): Promise<Pick<Load, 'request'> & { body: string | Buffer | undefined }>
}

const VISITORS = 64
const FIELDS = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`field${i}`, `value ${i} & some more, with ümlauts`]),
)

const JSON_WORK = { request: get('/json'), body: '{"hello":"world"}' }
const ITEM_WORK = { request: get('/items/7/abc?page=2'), body: '{"id":7,"slug":"abc","page":2}' }

export const workloads: readonly Workload[] = [
  { id: 'W1', title: 'JSON', aim: 0.95, prepare: async () => JSON_WORK },
  { id: 'W2', title: 'Typed path and query', aim: 0.95, prepare: async () => ITEM_WORK },
  {
    id: 'W3',
    title: 'Page of 20 items',
    aim: 2.5,
    without: ['node-http'],
    prepare: async () => ({ request: get('/page'), body: undefined }),
  },
  {
    id: 'W4',
    title: 'Page with a session',
    aim: 4.5,
    without: ['node-http'],
    prepare: async (port) => ({ request: await visitors(port), body: undefined }),
  },
  { id: 'W5a', title: 'Static file, 8 KiB', aim: 5, prepare: (_, folder) => fileWork(folder, 'small.bin') },
  { id: 'W5b', title: 'Static file, 1 MiB', aim: 8, prepare: (_, folder) => fileWork(folder, 'large.bin') },
  {
    id: 'W6',
    title: 'Form of 10 fields',
    aim: 1,
    prepare: async () => ({ request: postForm(), body: JSON.stringify(FIELDS) }),
  },
  {
    id: 'W7a',
    title: 'JSON, 1000 more routes',
    aim: 0.95,
    moreRoutes: true,
    without: ['node-http'],
    prepare: async () => JSON_WORK,
  },
  {
    id: 'W7b',
    title: 'Typed path, 1000 more routes',
    aim: 0.95,
    moreRoutes: true,
    without: ['node-http'],
    prepare: async () => ITEM_WORK,
  },
]

/** For `bench workers`: of a view that takes its time the client, on the same processors, takes little away. */
export const searchWork: Workload = {
  id: 'search',
  title: 'Search of 2000 items',
  aim: undefined,
  prepare: async () => ({ request: get('/search?words=1995'), body: undefined }),
}

async function fileWork(folder: string, name: string): Promise<{ request: string; body: Buffer }> {
  return { request: get(`/static/${name}`), body: readFileSync(join(folder, 'static', name)) }
}

function postForm(): string {
  const body = new URLSearchParams(FIELDS).toString()
  const type = 'application/x-www-form-urlencoded'
  return `POST /form HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/** Requests of visitors who have logged in, each with a session of its own. */
async function visitors(port: number): Promise<string[]> {
  const requests: string[] = []
  for (let i = 0; i < VISITORS; i++) {
    // All names have one length, and so have all pages.
    const { head } = await ask(port, get(`/login?visitor=visitor-${10 + i}`))
    // AdonisJS keeps what a session holds in a second one.
    const cookie = [...head.matchAll(/^set-cookie: ([^;\r]+)/gim)].map(([, pair]) => pair).join('; ')
    if (cookie === '') throw new Error(`Nobody could log in at port ${port}: ${head}`)
    requests.push(get('/account', { cookie }))
  }
  return requests
}
