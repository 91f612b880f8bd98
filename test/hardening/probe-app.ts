/** What no answer may have in it. */
export const INSIDE = 'the inside of the machine'

/** An app whose views do what the protections are about, written as users write them, no caution taken. */
export const PROBE_APP: Readonly<Record<string, string>> = {
  'apps/probe/routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'

export default [
  route('GET', '/probe', views.index),
  route('*', '/probe/echo', views.echo),
  route('GET', '/probe/url', views.url),
  route('GET', '/probe/who', views.who),
  route('GET', '/probe/fail', views.fail),
  route('GET', '/probe/fail-later', views.failLater),
  route('GET', '/probe/forgotten', views.forgotten),
  route('GET', '/probe/teapot', views.teapot),
  route('GET', '/probe/next', views.next),
  route('GET', '/probe/to', views.to),
  route('GET', '/probe/escaped/{kind}', views.escaped),
  route('GET', '/probe/visits', views.visits),
  route('POST', '/probe/login', views.login),
  route('POST', '/probe/form', views.form),
  route('POST', '/probe/json', views.json),
  route('POST', '/probe/member', views.member),
  route('POST', '/probe/upload', views.upload),
  route('POST', '/probe/upload-late', views.uploadLate),
  route('GET', '/probe/upload/{name}', views.uploaded),
  route('GET', '/probe/slow', views.slow),
  route('GET', '/probe/live', views.live),
  route('GET', '/probe/flood', views.flood),
  route('GET', '/probe/broken', views.broken),
  route('GET', '/probe/closed', views.closed),
]
`,
  'apps/probe/views.ts': `import { Forbidden, HttpError, file, json as answer, redirect, templ, type Request } from 'tao1'

export function index() {
  return 'probe'
}

export async function echo(request: Request) {
  return { method: request.method, length: (await request.bytes()).length }
}

export function url(request: Request) {
  return { href: request.url.href, absolute: request.absolute('/x'), host: request.host, secure: request.secure }
}

export function who(request: Request) {
  request.log.info('who is it')
  return { ip: request.ip, id: request.id }
}

export function fail(): never {
  throw new Error('${INSIDE}: /etc/shadow')
}

export async function failLater(): Promise<never> {
  await new Promise((resolve) => setImmediate(resolve))
  throw new HttpError(502, '${INSIDE}')
}

export function forgotten() {
  void Promise.reject(new Error('nobody waits for this'))
  return 'fine'
}

export function teapot(): never {
  throw new HttpError(418, 'Short and stout')
}

export function next(request: Request) {
  return redirect.local(request.query.get('next'))
}

export function to(request: Request) {
  return redirect(request.query.get('to') ?? '')
}

export function escaped(request: Request<{ kind: string }>) {
  const names: Record<string, string> = { html: 'probe:escaped', njk: 'probe:other', tpl: 'probe:third', xml: 'probe:feed.xml' }
  return templ(names[request.params.kind]!, request, { text: request.query.get('text') })
}

export function visits(request: Request) {
  request.session.visits = (Number(request.session.visits) || 0) + 1
  return { visits: request.session.visits, name: request.session.name ?? null }
}

export async function login(request: Request) {
  request.session.name = (await request.form()).text('name')
  request.session.regenerate()
  return 'in'
}

export async function form(request: Request) {
  const form = await request.form()
  const fields: [string, unknown][] = []
  for (const [name, value] of form) fields.push([name, typeof value === 'string' ? value : { file: value.name }])
  return { fields: fields.slice(0, 50), count: fields.length }
}

export async function json(request: Request) {
  return { read: await request.json() }
}

/** The mistake that lets in whoever sends {"name":{"$gt":""}}. */
export async function member(request: Request) {
  const { name } = await request.json() as { name: string }
  await request.db.collection('members').updateOne({ _id: 'ann' as never }, { $set: { name: 'Ann' } }, { upsert: true })
  const found = await request.db.collection('members').findOne({ name })
  if (!found) throw new Forbidden()
  return { member: found['name'] }
}

export async function upload(request: Request) {
  const saved = []
  for (const [, value] of await request.form())
    if (typeof value !== 'string') saved.push({ called: value.name, name: (await value.saveTo('uploads')).name })
  return { saved }
}

/** Saves files as they come. */
export async function uploadLate(request: Request) {
  const saved = []
  for await (const one of request.files()) saved.push((await one.saveTo('uploads')).name)
  return { saved }
}

export function uploaded(request: Request<{ name: string }>) {
  return file(request.params.name, { root: 'uploads', download: true })
}

export async function slow(request: Request) {
  await new Promise((resolve) => setTimeout(resolve, Number(request.query.get('ms') ?? 1000)))
  return 'slow but sure'
}

export async function live(request: Request) {
  const socket = await request.websocket()
  for await (const message of socket) await socket.send(message)
}

/** Sends without waiting for whoever reads. */
export async function flood(request: Request) {
  const socket = await request.websocket()
  const block = 'x'.repeat(1 << 16)
  let sent = 0
  while (!socket.closed && sent < 4000) {
    void socket.send(block)
    sent++
    if (sent % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  request.log.info({ sent }, 'flooded')
  await socket.whenClosed
}

export async function broken(request: Request) {
  const socket = await request.websocket()
  await socket.receive()
  throw new Error('${INSIDE}')
}

export async function closed(request: Request) {
  if (request.query.has('in')) await request.websocket()
  return answer({ no: true }, { status: 403 })
}
`,
  'apps/probe/templ/escaped.html': '<p>{{ text }}</p>',
  'apps/probe/templ/other.njk': '<p>{{ text }}</p>',
  'apps/probe/templ/third.tpl': '<p>{{ text }}</p>',
  'apps/probe/templ/feed.xml': '<p>{{ text }}</p>',
  'apps/probe/static/probe.css': 'p { color: red }',
  'apps/probe/static/.hidden': INSIDE,
  'static/.env': INSIDE,
  'static/.git/config': INSIDE,
  'secret.txt': INSIDE,
}
