import { expect, test } from 'vitest'
import {
  buildRouteTable,
  explainMatch,
  makeRoute,
  nearestRoutes,
  type RouteTable,
} from '../../src/routing/index.ts'

function table(...lines: string[]): RouteTable {
  const routes = lines.map((line) => {
    const [methods = '', path = ''] = line.split(' ')
    return makeRoute({
      methods: methods.split(','),
      path,
      view: path,
      name: undefined,
      options: {},
      place: undefined,
    })
  })
  return buildRouteTable([{ routes, app: undefined }])
}

function explain(routes: RouteTable, method: string, path: string): string[] {
  return explainMatch(routes, method, path).map(
    ({ entry, verdict, why }) => `${verdict} ${entry.path}: ${why}`,
  )
}

test('what is shadowed says where the answering route is more exact, or that it stands before', () => {
  const routes = table(
    'GET /blog/{slug}',
    'GET /blog/{id:int}',
    'GET /blog/{no:int}/x',
    '* /blog/{rest:path}',
  )
  expect(explain(routes, 'GET', '/blog/7')).toEqual([
    'answers /blog/{id:int}: Its path matches with id (int).',
    'shadowed /blog/{slug}: It matches too, but /blog/{id:int} goes first: "{id:int}" is more exact than "{slug}".',
    'shadowed /blog/{rest:path}: It matches too, but /blog/{id:int} goes first: "{id:int}" is more exact than "{rest:path}".',
    'no match /blog/{no:int}/x: The path ends before "x".',
  ])
  expect(
    explain(
      table('GET /{a:int}/b', 'GET /{c:uuid}/d', 'GET,POST /{e:\\d+}/b', '* /{f:\\d\\d}/b'),
      'GET',
      '/42/b',
    ),
  ).toEqual([
    'answers /{e:\\d+}/b: Its path matches with e (\\d+).',
    'shadowed /{a:int}/b: It matches too, but /{e:\\d+}/b goes first: "{e:\\d+}" is more exact than "{a:int}".',
    'shadowed /{f:\\d\\d}/b: It matches too, but /{e:\\d+}/b, which is as exact, stands before it.',
  ])
  expect(explain(table('GET /blog/{slug}'), 'GET', '/blog')[0]).toBe(
    'no match /blog/{slug}: The path ends before "{slug}".',
  )
  expect(explain(table('GET /new', 'GET /{name}'), 'GET', '/new')[1]).toBe(
    'shadowed /{name}: It matches too, but /new goes first: "new" is more exact than "{name}".',
  )
})

test('every shadowing explained by rank is what the table does, in either order of the list', () => {
  const paths = [
    '/{a}/x',
    '/{b:slug}/x',
    '/{c:int}/x',
    '/{d:\\d+}/x',
    '/7/x',
    '/{e:path}',
    '/p{f}/x',
    '/{g}/{h}',
  ]
  for (const order of [paths, paths.toReversed()]) {
    const routes = table(...order.map((path) => `GET ${path}`))
    const [answer, ...others] = explain(routes, 'GET', '/7/x')
    expect(answer).toMatch(/^answers \/7\/x:/)
    for (const other of others.filter((line) => line.startsWith('shadowed')))
      expect(other).toContain('"7" is more exact')
  }
})

const site = table(
  'GET /',
  'GET /blog',
  'POST /blog',
  'GET /blog/{slug}',
  'GET /blog/{id:int}/comments',
  'GET /about-us',
  'GET /files/{rest:path}',
)

test.each([
  ['/blgo', ['/blog', '/blog']],
  ['/Blog', ['/blog', '/blog']],
  ['/blog/', ['/blog', '/blog', '/blog/{slug}']],
  ['/blgo/hello', ['/blog/{slug}']],
  ['/blog/7/coments', ['/blog/{id:int}/comments']],
  ['/blog/seven/comments', ['/blog/{id:int}/comments']],
  ['/about', ['/about-us']],
  ['/aboutus', ['/about-us']],
  ['/file/a/b/c', ['/files/{rest:path}']],
  ['/wp-login.php', []],
  ['/xyzzy/plugh/nothing', []],
])('%s was perhaps meant to be %j', (path, expected) => {
  const found = nearestRoutes(site, path).map((entry) => entry.path)
  expect(found.slice(0, expected.length)).toEqual(expected)
  if (expected.length === 0) expect(found).toEqual([])
})
