import { rename } from 'node:fs/promises'
import { get, type ClientRequest } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import type { ModuleUrl, Offload } from '../../src/offload/index.ts'
import { ask, askUntil } from '../serve/ask.ts'
import { buildPackage, type BuiltPackage } from '../serve/built-package.ts'
import { makeSite, startServing, type Serving, type TestSite } from '../serve/serving.ts'

const files = {
  'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/x', port: 0, offload: { threads: 2, queue: 1 } })`,
  'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [
  route('GET', '/hold', views.hold), route('GET', '/release', views.release), route('GET', '/spin', views.spin),
  route('GET', '/late', views.spin, 'late', { timeout: 0.2 }), route('GET', '/count', views.count),
  route('GET', '/fail/{what}', views.fail), route('GET', '/sum', views.sum), route('GET', '/compiled', views.compiled),
]`,
  'views.ts': `import type { ModuleUrl, Request } from 'tao1'
const work: ModuleUrl<typeof import('./work.ts')> = new URL('./work.ts', import.meta.url)
const gate = new Int32Array(new SharedArrayBuffer(8))
export const sum = async (request: Request) => {
  const { offload } = request
  const bytes = await offload(work, 'double', Buffer.from('ab'), { when: new Date(0) })
  return { ...bytes, app: await request.app.offload(import.meta.resolve('./work.ts'), 'thread') }
}
export const compiled = (request: Request) => request.offload(new URL('./built.ts', import.meta.url), 'built')
export const hold = (request: Request) => request.offload(work, 'hold', gate)
export function release() { Atomics.store(gate, 0, 1); Atomics.notify(gate, 0) }
export const spin = (request: Request) => request.offload(work, 'spin', gate)
export const count = () => String(Atomics.load(gate, 1))
export async function fail(request: Request<{ what: string }>) {
  const calls: Record<string, () => Promise<unknown>> = {
    typo: () => request.offload(work as URL, 'dubble'),
    constant: () => request.offload(work as URL, 'answer'),
    module: () => request.offload(new URL('./wrk.ts', import.meta.url), 'double'),
    relative: () => request.offload('./work.ts', 'double'),
    thrown: () => request.offload(work, 'complain', 'too dark'),
    syntax: () => request.offload(new URL('./broken.ts', import.meta.url), 'f'),
    result: () => request.offload(work, 'giveFunction'),
    argument: () => request.offload(work as URL, 'double', () => 1),
    exit: () => request.offload(work, 'leave'),
  }
  try {
    return { value: await calls[request.params.what]!() }
  } catch (error) {
    const { name, code, message, hint, stack, place, cause } = error as Record<string, any>
    return { name, code, message, hint, stack, place, cause: cause?.message, is: error instanceof Error }
  }
}
`,
  'work.ts': `import { threadId } from 'node:worker_threads'
export const answer: number = 42
interface When { when: Date }
export function double(bytes: Uint8Array, { when }: When) {
  return { bytes: [...bytes, ...bytes], when: when.getTime(), thread: threadId }
}
export async function thread(): Promise<number> { return threadId }
export function hold(gate: Int32Array): string { Atomics.wait(gate, 0, 0); return 'released' }
export function spin(gate: Int32Array): never { for (;;) Atomics.add(gate, 1, 1) }

export function complain(about: string): never {
  throw Object.assign(new RangeError(about, { cause: new Error('no light') }), { code: 'E_DARK', fn: () => 1 })
}
export function giveFunction() { return () => 1 }
export function leave(): never { process.exit(3) }
`,
  'broken.ts': 'export function f( {\n',
  'built.js': "export const built = () => 'compiled'\n",
}

let built: BuiltPackage
let site: TestSite
let serving: Serving
beforeAll(async () => {
  built = buildPackage()
  site = makeSite(built, files)
  serving = await startServing(built, site, { reload: false })
})
afterAll(async () => {
  await serving.stop()
  site.remove()
  built.remove()
})

const body = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse((await ask(serving.url + path)).body) as Record<string, unknown>

test('#26 a function of a module runs in a thread of its own; TypeScript, bytes and dates pass', async () => {
  const { thread, app, ...rest } = await body('/sum')
  expect(rest).toEqual({ bytes: [97, 98, 97, 98], when: 0 })
  expect([thread, app]).not.toContain(0)
})

test('#26 while it blocks its thread, everybody else is answered', async () => {
  const held = ask(`${serving.url}/hold`)
  expect(await askUntil(`${serving.url}/count`, /^0$/)).toMatchObject({ status: 200 })
  await ask(`${serving.url}/release`)
  expect((await held).body).toBe('released')
})

/** Waits until the counter of a thread has stopped: two looks with a pause between find the same. */
async function untilStill(): Promise<void> {
  let last = ''
  for (;;) {
    const { body: now } = await ask(`${serving.url}/count`)
    if (now === last) return
    last = now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('#26 it is stopped when the client goes', async () => {
  const { body: before } = await ask(`${serving.url}/count`)
  const asked = get(`${serving.url}/spin`, { agent: false }).on('error', () => {})
  for (let now = before; now === before; now = (await ask(`${serving.url}/count`)).body);
  asked.destroy()
  await untilStill()
  expect(serving.output).not.toMatch(/spin failed/)
})

test('#26 it is stopped when the view has taken too long', async () => {
  expect(await ask(`${serving.url}/late`)).toMatchObject({ status: 503 })
  await untilStill()
})

test('#26 more calls than may wait are 503 with Retry-After, at once', async () => {
  const spinning: ClientRequest[] = []
  const refused = await new Promise<{ status: number | undefined; after: string | undefined }>((resolve) => {
    // Two threads and one that waits: whichever comes fourth is refused.
    for (let i = 0; i < 4; i++) {
      const asked = get(`${serving.url}/spin`, { agent: false }, ({ statusCode, headers }) =>
        resolve({ status: statusCode, after: headers['retry-after'] }),
      )
      spinning.push(asked.on('error', () => {}))
    }
  })
  expect(refused).toEqual({ status: 503, after: '5' })
  for (const asked of spinning) asked.destroy()
  await untilStill()
})

test('#26 what it throws keeps its name, message, code, cause and its own lines, and the caller follows', async () => {
  const { stack, ...error } = await body('/fail/thrown')
  expect(error).toMatchObject({ name: 'RangeError', message: 'too dark', code: 'E_DARK', cause: 'no light' })
  const frames = String(stack)
    .split('\n')
    .filter((line) => line.includes(site.folder))
  expect(frames[0]).toMatch(/complain .*work\.ts:12:\d+/)
  expect(frames[1]).toMatch(/views\.ts:20:\d+/)
  expect(String(stack)).not.toContain('piscina')
})

test('#26 mistakes are told: no such function, module, syntax, what cannot be copied, a thread that ends itself', async () => {
  expect(await body('/fail/typo')).toMatchObject({
    code: 'TAO_OFFLOAD_FUNCTION',
    message: '"dubble" of work.ts cannot be run in a thread: the module exports no such name.',
    hint: 'Did you mean "double"?',
  })
  expect(await body('/fail/constant')).toMatchObject({ message: expect.stringContaining('it is a number') })
  expect(await body('/fail/module')).toMatchObject({ code: 'TAO_OFFLOAD_MODULE' })
  expect(await body('/fail/relative')).toMatchObject({
    code: 'TAO_OFFLOAD_MODULE',
    hint: "Write: new URL('./work.ts', import.meta.url)",
  })
  expect(await body('/fail/syntax')).toMatchObject({
    code: 'TAO_IMPORT_SYNTAX',
    place: { file: join(site.folder, 'broken.ts'), line: 2 },
  })
  expect(await body('/fail/result')).toMatchObject({
    code: 'TAO_OFFLOAD_CLONE',
    message: expect.stringMatching(/^The result of the offloaded "giveFunction"/),
  })
  expect(await body('/fail/argument')).toMatchObject({
    code: 'TAO_OFFLOAD_CLONE',
    message: expect.stringMatching(/^An argument of the offloaded "double"/),
  })
  expect(await body('/fail/exit')).toMatchObject({
    code: 'TAO_OFFLOAD_ENDED',
    message: 'The thread that ran "leave" ended before it was done: it exited with code 3.',
  })
})

test('#26 in compiled code the URL of the source leads to what it was compiled to', async () => {
  expect(await ask(`${serving.url}/compiled`)).toMatchObject({ body: 'compiled' })
})

test('#26 with --reload a changed function answers in its new form', async () => {
  const reloaded = makeSite(built, files)
  const server = await startServing(built, reloaded)
  try {
    expect(JSON.parse((await ask(`${server.url}/sum`)).body)).toMatchObject({ when: 0 })
    reloaded.write({ 'work2.ts': files['work.ts'].replace('when.getTime()', '"new"') })
    await rename(join(reloaded.folder, 'work2.ts'), join(reloaded.folder, 'work.ts'))
    await askUntil(`${server.url}/sum`, /"when":"new"/)
  } finally {
    await server.stop()
    reloaded.remove()
  }
})

test('#26 names, arguments and results are typed by the module; without its type anything goes', () => {
  interface Work {
    double(bytes: Uint8Array, times: number): Promise<Uint8Array>
    answer: number
  }
  const check = (offload: Offload, work: ModuleUrl<Work>, url: URL): void => {
    expectTypeOf(offload(work, 'double', new Uint8Array(), 2)).toEqualTypeOf<Promise<Uint8Array>>()
    expectTypeOf(offload(url, 'any', 1)).toEqualTypeOf<Promise<unknown>>()
    expectTypeOf(offload('file:///work.js', 'any')).toEqualTypeOf<Promise<unknown>>()
    // @ts-expect-error there is no such function
    void offload(work, 'dubble')
    // @ts-expect-error it is no function
    void offload(work, 'answer')
    // @ts-expect-error times is a number
    void offload(work, 'double', new Uint8Array(), '2')
  }
  expect(check).toBeTypeOf('function')
})
