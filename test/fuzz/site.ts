/** What must never leave the site; it lies in every file that is none of its public ones. */
export const SECRET_MARK = 'OUTSIDE-OF-STATIC'

/** A site whose views do with a request whatever views do, and throw for none. */
export const FUZZED_SITE: Readonly<Record<string, string>> = {
  'settings.ts': `import { defineSettings } from 'tao1'
// ${SECRET_MARK}
export default defineSettings({
  database: 'mongodb://127.0.0.1:1/trial', port: 0, log: { requests: false },
  timeouts: { headers: 2, request: 2, keepAlive: 1 },
  limits: { body: 20_000, upload: 40_000, fileSize: 10_000, files: 4, fields: 40, fieldSize: 4000, jsonDepth: 16 },
})
`,
  'routes.ts': `import { route, templ, redirect, text, stream, file, html, Type } from 'tao1'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc')
const about = (request) => ({
  params: request.params, href: request.url.href, absolute: request.absolute(request.path), ip: request.ip, host: request.host,
  query: [...request.query], cookies: request.cookies, headers: [...request.headers].length,
})
const parts = async (form) => {
  const told = []
  for (const [name, value] of form) told.push([name, typeof value === 'string' ? value : { called: value.name, type: value.type, size: value.size }])
  return told
}
export default [
  route('GET', '/', (request) => templ('index', request, { q: request.query.get('q') })),
  route('GET', '/good', () => 'good', 'good'),
  route('GET', '/state', () => { gc(); gc(); return { heap: process.memoryUsage().heapUsed, outside: process.memoryUsage().external, sockets: process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length } }, 'state'),
  route('*', '/about', about, 'about'),
  route('GET', '/item/{id:int}', about, 'item'),
  route('GET', '/slug/{slug:slug}', about, 'slug'),
  route('GET', '/uuid/{id:uuid}', about, 'uuid'),
  route('GET', '/year/{y:\\\\d{4}}', about, 'year'),
  route('GET', '/rest/{rest:path}', about, 'rest'),
  route('GET', '/named/{name}', about, 'named'),
  route('GET', '/go/{name}', (request) => redirect('named', { name: request.params.name }, { query: { q: request.query.get('q') ?? '' } }), 'go'),
  route('GET', '/next', (request) => redirect.local(request.query.get('next')), 'next'),
  route('GET', '/to', (request) => redirect(request.query.get('to') ?? '/'), 'to'),
  route('GET', '/cookie', (request) => text('set').cookie('seen', request.query.get('v') ?? ''), 'cookie'),
  route('GET', '/typed', (request) => request.args, 'typed', { query: Type.Object({ n: Type.Optional(Type.Integer()), s: Type.Optional(Type.Array(Type.String({ maxLength: 10 }))) }) }),
  route('GET', '/session', (request) => {
    request.session.seen = (Number(request.session.seen) || 0) + 1
    request.session.name = (request.query.get('name') ?? '').slice(0, 100)
    return { seen: request.session.seen }
  }, 'session'),
  route('GET', '/download', (request) => file(request.query.get('name') ?? 'a.txt', { root: 'downloads', download: true }), 'download'),
  route('POST', '/form', async (request) => parts(await request.form()), 'form'),
  route('POST', '/json', async (request) => ({ read: await request.json() }), 'json'),
  route('POST', '/checked', (request) => request.body, 'checked', { body: Type.Object({ title: Type.String({ maxLength: 50 }), n: Type.Optional(Type.Number()) }) }),
  route('POST', '/upload', async (request) => {
    const saved = []
    for (const [, value] of await request.form()) if (typeof value !== 'string') saved.push((await value.saveTo('uploads')).name)
    return { saved }
  }, 'upload'),
  route('POST', '/files', async (request) => {
    const seen = []
    for await (const one of request.files()) seen.push([one.name, (await one.saveTo('uploads')).size])
    return { seen }
  }, 'files'),
  route('POST', '/text', async (request) => (await request.text()).length.toString(), 'text'),
  route('POST', '/bytes', async (request) => (await request.bytes()).length.toString(), 'bytes'),
  route('*', '/ignore', () => html('<p>ignored</p>'), 'ignore'),
  route('GET', '/stream', () => stream((async function* () { yield 'a'; yield 'b' })()), 'stream'),
  route('GET', '/live', async (request) => {
    const socket = await request.websocket({ protocols: ['chat'], maxMessage: 5000 })
    for await (const message of socket) await socket.send(message)
  }, 'live'),
  route('GET', '/live/json', async (request) => {
    const socket = await request.websocket()
    for await (const value of socket.json()) await socket.send({ value })
  }, 'live-json'),
]
`,
  'templ/index.html':
    '<title>{{ request.path }}</title>{{ q }} {{ request.query.get("q") | upper }} <a href="{{ static("site.css") }}">',
  'templ/404.html': '<h1>Nothing at {{ request.path }}</h1>',
  'static/site.css': 'body { color: red }',
  'static/a b/ü.txt': 'public',
  'static/.hidden': SECRET_MARK,
  'downloads/a.txt': 'public',
  'secret.txt': SECRET_MARK,
  'downloads-private/a.txt': SECRET_MARK,
  '.env': `SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef\nMARK=${SECRET_MARK}\n`,
}

/** Paths to begin from, with what each takes. */
export const KNOWN_PATHS: readonly string[] = [
  '/',
  '/good',
  '/about',
  '/item/7',
  '/slug/a-b',
  '/uuid/3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  '/year/2026',
  '/rest/a/b',
  '/named/x',
  '/go/x',
  '/next?next=/good',
  '/to?to=good',
  '/cookie?v=1',
  '/typed?n=1&s=a',
  '/session?name=a',
  '/download?name=a.txt',
  '/form',
  '/json',
  '/checked',
  '/upload',
  '/files',
  '/text',
  '/bytes',
  '/ignore',
  '/stream',
  '/live',
  '/live/json',
  '/static/site.css',
  '/static/a%20b/%C3%BC.txt',
  '/static/',
  '/none',
]
