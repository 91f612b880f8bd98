import { expect, test } from 'vitest'
import { tempSite } from '../temp-site.ts'
import { runTao } from './run-tao.ts'

function site(): string {
  return tempSite({
    'settings.ts': `export default { name: 'mine' }`,
    'routes.ts': `import { route } from 'tao1'
function home() { return 'home' }
export default [
  route('GET', '/', home),
  route(['GET', 'POST'], '/files/{rest:path}', () => 'file', 'file'),
]`,
    'apps/blog/middleware.ts': `export default [async function timing(request, next) { return next() }]`,
    'apps/blog/routes.ts': `import { prefix, route } from 'tao1'
import * as views from './views.ts'
const guard = async (request, next) => next()
export default prefix('/blog', [
  route('GET', '/', views.index),
  route('GET', '/{id:int}', views.byId, 'by-id', { middleware: guard }),
  route('GET', '/{slug}', views.post, 'post'),
  route('POST', '/{slug}', views.change, 'change'),
])`,
    'apps/blog/views.ts': `import type { Request } from 'tao1'

export function index(): string {
  return 'x'
}
export const byId = async (request: Request<{ id: number }>): Promise<object> => ({})
export class Unused {}
export function post(): string { return '' }
export function change(): string { return '' }
`,
  })
}

test('routes are listed with method, path, name, app, view, file and line', async () => {
  const { code, stdout, stderr } = await runTao(['routes'], { cwd: site() })
  expect([code, stderr]).toEqual([0, '6 routes\n'])
  expect(stdout).toMatchInlineSnapshot(`
    "method    path                name         app   view       at
    GET       /blog               blog:index   blog  index      apps/blog/views.ts:3
    GET       /blog/{id:int}      blog:by-id   blog  byId       apps/blog/views.ts:6
    GET       /blog/{slug}        blog:post    blog  post       apps/blog/views.ts:8
    POST      /blog/{slug}        blog:change  blog  change     apps/blog/views.ts:9
    GET       /                   home         -     home       routes.ts:2
    GET,POST  /files/{rest:path}  file         -     (unnamed)  routes.ts:5
    "
  `)
})

test('a word filters them by path, name, app, view or file', async () => {
  const cwd = site()
  const listed = async (word: string): Promise<number> =>
    (JSON.parse((await runTao(['routes', word, '--json'], { cwd })).stdout) as unknown[]).length
  expect([
    await listed('slug'),
    await listed('BY-ID'),
    await listed('files'),
    await listed('apps/blog/'),
    await listed('home'),
  ]).toEqual([2, 1, 1, 4, 1])
  const none = await runTao(['routes', 'xyzzy'], { cwd })
  expect(none).toEqual({ code: 0, stdout: '', stderr: 'No route has "xyzzy" in it.\n' })
})

test('--json has the same and where the route is listed, with its middleware', async () => {
  const { stdout } = await runTao(['routes', 'by-id', '--json'], { cwd: site() })
  expect(JSON.parse(stdout)).toEqual([
    {
      method: 'GET',
      path: '/blog/{id:int}',
      name: 'blog:by-id',
      app: 'blog',
      view: 'byId',
      place: 'apps/blog/views.ts:6',
      route: 'apps/blog/routes.ts:6',
      middleware: ['timing', 'guard'],
    },
  ])
})

test.each([
  [['routes', '--match', 'GET /blog/7?x=1']],
  [['why', '/blog/7']],
  [['why', 'get', 'http://example.com/blog/7']],
])('tao %j says which route answers, with what, and what it shadows', async (words) => {
  const { code, stdout } = await runTao(words, { cwd: site() })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^answers {2}GET \/blog\/\{id:int\} {2}blog:by-id\n/)
  expect(stdout).toContain('    params  {"id":7}\n')
  expect(stdout).toContain('    view    byId  apps/blog/views.ts:6\n')
  expect(stdout).toContain('    route   apps/blog/routes.ts:6\n')
  expect(stdout).toContain('    around  timing > guard\n')
  expect(stdout).toMatch(
    /^shadowed {2}GET \/blog\/\{slug\} .*\n {4}It matches too, but \/blog\/\{id:int\} goes first: "\{id:int\}" is more exact/m,
  )
  expect(stdout).toMatch(/^other method {2}POST \/blog\/\{slug\}/m)
})

test.each([
  ['DELETE /blog/x', /^No route answers DELETE \/blog\/x: 405, it takes GET, POST\.\n/],
  ['/nowhere', /^No route answers GET \/nowhere: 404\.\n/],
])('tao why %j is 1 when nothing answers', async (request, sentence) => {
  const { code, stdout } = await runTao(['why', request], { cwd: site() })
  expect(code).toBe(1)
  expect(stdout).toMatch(sentence)
  const json = await runTao(['why', request, '--json'], { cwd: site() })
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { answered: false }])
})

test('tao why tells the nearest routes of a path that none has', async () => {
  const cwd = site()
  const { code, stdout } = await runTao(['why', '/blgo/7'], { cwd })
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /404\.\nnearest {2}GET \/blog\/\{id:int\} {2}blog:by-id\n {4}route {3}apps\/blog\/routes\.ts:6\n/,
  )
  const json = JSON.parse((await runTao(['why', '/blgo/7', '--json'], { cwd })).stdout) as {
    nearest: object[]
  }
  expect(json.nearest[0]).toMatchObject({ name: 'blog:by-id', view: 'byId', route: 'apps/blog/routes.ts:6' })
  const known = JSON.parse((await runTao(['why', 'DELETE /blog/7', '--json'], { cwd })).stdout) as object
  expect(known).not.toHaveProperty('nearest')
})

test('a site that cannot be built is an error with its place', async () => {
  const cwd = tempSite({
    'routes.ts': `import { route } from 'tao1'\n\nexport default [route('GET', '/', undefined)]`,
  })
  const { code, stderr } = await runTao(['routes'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: .*undefined instead of a view/)
  expect(stderr).toMatch(/^at: .*routes\.ts:3/m)
  expect(stderr).not.toContain('    at ')
})
