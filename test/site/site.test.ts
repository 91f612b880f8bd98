import { PassThrough } from 'node:stream'
import { readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { buildSite, mendStaticLinks } from '../../src/site/index.ts'
import { startSite } from '../start-site.ts'
import { tempSite, type SiteFiles } from '../temp-site.ts'

const build = async (files: SiteFiles): Promise<unknown> => startSite(files)

test('#2 #3 an app is any folder with a routes file; lists are merged, apps in name order, the site last', async () => {
  const app = (name: string): string =>
    `import { route } from 'tao1'\nexport default [route('GET', '/${name}', () => '${name}', 'index')]`
  const client = await startSite({
    'apps/zoo/routes.ts': app('zoo'),
    'apps/blog/routes.ts': app('blog'),
    'apps/notes.txt': 'no app',
    'apps/empty/views.ts': 'export {}',
    'routes.ts': app('home'),
  })
  expect(client.site.routes.entries.map(({ name, path }) => `${name} ${path}`)).toEqual([
    'blog:index /blog',
    'zoo:index /zoo',
    'index /home',
  ])
})

test('#3 settings.apps mounts an app elsewhere, leaves one out, and brings one from a package', async () => {
  const app = (path: string): string =>
    `import { route } from 'tao1'\nexport default [route('GET', '${path}', () => 'x', 'index')]`
  const client = await startSite({
    'settings.ts': `export default { apps: { blog: { prefix: '/news' }, off: { enabled: false }, shop: { package: './vendor/shop' } } }`,
    'apps/blog/routes.ts': app('/blog'),
    'apps/off/routes.ts': app('/off'),
    'vendor/shop/routes.ts': app('/shop'),
    'vendor/shop/templ/index.html': 'shop',
  })
  expect(client.site.routes.entries.map(({ name, path }) => `${name} ${path}`)).toEqual([
    'shop:index /shop',
    'blog:index /news/blog',
  ])
  expect(client.app.templ.has('shop:index')).toBe(true)
})

test.each([
  ['a syntax error', 'export default [', 'TAO_IMPORT_SYNTAX', undefined],
  ['a throw at import', "\nthrow new Error('at import')", 'TAO_IMPORT_THREW', 2],
  ['no default export', 'export const x = 1', 'TAO_ROUTES_FILE', 1],
  ['a default export that is no list', '// export default\n\nexport default {}', 'TAO_ROUTES_FILE', 3],
  ['a list of something else', 'const list = [1]\nexport { list as default }', 'TAO_ROUTES_FILE', 2],
  ['a missing import', "import './view.ts'\nexport default []", 'TAO_IMPORT_MISSING', undefined],
  [
    'a view that is not there',
    "import { route } from 'tao1'\nimport * as views from './views.ts'\nexport default [\n  route('GET', '/', views.indx),\n]",
    'TAO_ROUTE_CALL',
    4,
  ],
])('#3 a broken app (%s) is named with its file and line', async (_what, text, code, line) => {
  const failure = (await build({
    'apps/blog/routes.ts': text,
    'apps/blog/views.ts': 'export const index = () => 1',
  }).catch((error: unknown) => error)) as {
    code: string
    message: string
    place?: { file: string; line?: number }
  }
  expect(failure.code).toBe(code)
  expect(`${failure.message} ${failure.place?.file}`).toContain(join('apps', 'blog', 'routes.ts'))
  if (line !== undefined) expect(failure.place?.line).toBe(line)
})

test('#3 the same path in two apps is an error that names both files', async () => {
  const app = `import { route } from 'tao1'\nexport default [route('GET', '/same', () => 'x', 'index')]`
  await expect(build({ 'apps/a/routes.ts': app, 'apps/b/routes.ts': app })).rejects.toThrow(
    /GET \/same is routed twice: in .*a.routes\.ts:2 and in .*b.routes\.ts:2/,
  )
})

test('#7 templates of apps keep apart; the site overrides them; they extend and include one another', async () => {
  const client = await startSite({
    'settings.ts': `export default { public: { title: 'Site' }, templ: { globals: { year: 2026 }, filters: { loud: (text) => text.toUpperCase() + '!' }, contextProcessors: [async (request) => ({ basket: request.query.get('basket') })] } }`,
    'templ/layout.html':
      '<title>{{ settings.public.title }}</title>{% block body %}{% endblock %}{{ year }} {{ basket }}',
    'templ/shop/index.html': 'overridden shop',
    'apps/blog/templ/index.html':
      '{% extends "layout" %}{% block body %}{% include "blog:item" %}{{ name | loud }}{% endblock %}',
    'apps/blog/templ/item.html': '<i>{{ name }}</i>',
    'apps/shop/templ/index.html': 'shop',
    'apps/blog/routes.ts': `import { route, templ } from 'tao1'\nexport default [route('GET', '/', (request) => templ('blog:index', request, { name: '<b>' }), 'i')]`,
    'apps/shop/routes.ts': `import { route, templ } from 'tao1'\nexport default [route('GET', '/shop', (request) => templ('apps.shop:index', request), 'i')]`,
  })
  expect(await (await client.get('/?basket=3')).text()).toBe(
    '<title>Site</title><i>&lt;b&gt;</i>&lt;B&gt;!2026 3',
  )
  expect(await (await client.get('/shop')).text()).toBe('overridden shop')
})

test('#8 static files of the site and its apps, any nesting, and static() in templates', async () => {
  const client = await startSite({
    'static/site.css': 'site{}',
    'static/img/deep/a.svg': '<svg/>',
    'apps/blog/static/css/blog.css': 'blog{}',
    'apps/blog/routes.ts': `import { route, templ } from 'tao1'\nexport default [route('GET', '/', (request) => templ('blog:i', request), 'i')]`,
    'apps/blog/templ/i.html': '{{ static("blog/css/blog.css") }}',
  })
  const css = await client.get('/static/blog/css/blog.css')
  expect([css.status, css.headers.get('content-type'), await css.text()]).toEqual([
    200,
    'text/css; charset=utf-8',
    'blog{}',
  ])
  expect(await (await client.get('/static/site.css')).text()).toBe('site{}')
  expect((await client.get('/static/img/deep/a.svg')).headers.get('content-type')).toMatch(/^image\/svg\+xml/)
  expect(await (await client.get('/')).text()).toBe('/static/blog/css/blog.css')
})

test('#8 serving puts the links under static/ right: made, mended, taken away, and told', async () => {
  const client = await startSite({
    'apps/blog/routes.ts': 'export default []',
    'apps/blog/static/a.css': 'b{}',
    'apps/shop/routes.ts': 'export default []',
    'apps/shop/static/a.css': 's{}',
    'static/a.css': 'a{}',
  })
  const { project, apps, log } = client.site
  const linkOf = (name: string): string => join(project.staticFolder, name)
  symlinkSync('../apps/blog/static', linkOf('shop'))
  symlinkSync('../apps/gone/static', linkOf('gone'))
  const told: unknown[] = []
  const info = vi.spyOn(log, 'info').mockImplementation((about: unknown) => void told.push(about))
  mendStaticLinks({ project, apps, log })
  mendStaticLinks({ project, apps, log })
  info.mockRestore()
  expect(readlinkSync(linkOf('blog'))).toBe('../apps/blog/static')
  expect(readlinkSync(linkOf('shop'))).toBe('../apps/shop/static')
  expect(readdirSync(project.staticFolder)).not.toContain('gone')
  expect(told).toHaveLength(3)
})

test('#11 a server that is not there is 503 with Retry-After, and static files never ask it', async () => {
  const client = await startSite({
    'settings.ts': 'export default { timeouts: { database: 1 } }',
    'static/a.txt': 'a',
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => request.db.collection('x').find().toArray(), 'i')]`,
  })
  const response = await client.get('/', { headers: { accept: 'application/json' } })
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await response.json()).toMatchObject({ message: 'The database cannot be reached just now.' })
  expect(await (await client.get('/static/a.txt')).text()).toBe('a')
})

test('#17 log lines are JSON off a terminal, carry the request’s id and no secret', async () => {
  const lines: string[] = []
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)))
  const client = await startSite(
    {
      'settings.ts': 'export default { log: { requests: true } }',
      'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => { request.log.info({ n: 1 }, 'in the view') }, 'i'), route('GET', '/boom', () => { throw new Error('boom') }, 'b')]`,
    },
    { logStream: stream as unknown as NodeJS.WriteStream, flags: { logLevel: 'info' } },
  )
  const response = await client.get('/')
  await client.get('/boom')
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const id = response.headers.get('x-request-id')
  expect(parsed).toContainEqual(expect.objectContaining({ msg: 'in the view', n: 1, requestId: id }))
  expect(parsed).toContainEqual(
    expect.objectContaining({
      msg: expect.stringMatching(/^GET \/ 204 in [\d.]+ ms$/),
      status: 204,
      requestId: id,
    }),
  )
  expect(parsed).toContainEqual(
    expect.objectContaining({ msg: 'GET /boom failed', err: expect.objectContaining({ message: 'boom' }) }),
  )
})

test('#17 settings come from the module, then the environment, then flags, and are frozen', async () => {
  const root = tempSite({
    'settings.ts': 'export default { port: 1, host: "a.example", extra: { list: [1] } }',
  })
  writeFileSync(join(root, '.env'), 'PORT=2\nSECRET_KEY=a secret that is long enough 0123456789\n')
  const site = await buildSite({
    root,
    mode: 'production',
    env: {},
    flags: { host: 'b.example', database: 'mongodb://127.0.0.1:9/x' },
  })
  expect([site.settings.port, site.settings.host]).toEqual([2, 'b.example'])
  expect(() => (site.settings.extra as { list: number[] }).list.push(2)).toThrow(TypeError)
  await site.close()
  rmSync(join(root, '.env'))
  await expect(
    buildSite({ root, mode: 'production', env: {}, flags: { database: 'mongodb://127.0.0.1:9/x' } }),
  ).rejects.toThrow('SECRET_KEY is missing or too weak')
})

test('#17 an unknown setting is refused with the nearest known one', async () => {
  await expect(build({ 'settings.ts': 'export default { databse: "x" }' })).rejects.toMatchObject({
    code: 'TAO_SETTINGS_UNKNOWN_KEY',
    hint: expect.stringContaining('database'),
  })
})

test('#8 static files go before a route that takes everything; what is no file goes on to it', async () => {
  const client = await startSite({
    'static/a.txt': 'a file',
    'routes.ts': `import { route } from 'tao1'
export default [route(['GET', 'POST'], '/{page:path}', (request) => 'page ' + request.params.page, 'page')]`,
  })
  expect(await (await client.get('/static/a.txt')).text()).toBe('a file')
  expect(await (await client.get('/static/none.txt')).text()).toBe('page static/none.txt')
  expect(await (await client.post('/static/a.txt')).text()).toBe('page static/a.txt')
})
