import { describe, expect, test } from 'vitest'
import { buildRouteTable, makeRoute, type Converters, type Route } from '../../src/routing/index.ts'

type Line = [methods: string, path: string, name?: string]

function table(lines: Line[], converters: Converters = {}) {
  return buildRouteTable([{ routes: lines.map(toRoute), app: undefined }], converters)
}

function toRoute([methods, path, name]: Line): Route {
  return makeRoute({ methods: methods.split(' '), path, view: path, name, options: {}, place: undefined })
}

/** `path {params}` of what answers, or the methods there are. */
function ask(lines: Line[], method: string, path: string, converters?: Converters): string {
  const found = table(lines, converters).resolve(method, path)
  if (!found.entry) return `none, ${found.allowed.join(' ') || 'no methods'}`
  return `${found.entry.path} ${JSON.stringify(found.params)}`
}

describe('#4 which route answers', () => {
  const blog: Line[] = [
    ['GET', '/blog'],
    ['GET', '/blog/{slug}'],
    ['GET', '/blog/{id:int}'],
    ['GET', '/blog/{y:\\d{4}}'],
    ['POST', '/blog'],
    ['GET', '/blog/live'],
    ['GET', '/files/{rest:path}'],
    ['GET', '/'],
  ]

  test.each([
    ['/', '/ {}'],
    ['/blog', '/blog {}'],
    ['/blog/live', '/blog/live {}'],
    ['/blog/2026', '/blog/{y:\\d{4}} {"y":"2026"}'],
    ['/blog/7', '/blog/{id:int} {"id":7}'],
    ['/blog/hello-world', '/blog/{slug} {"slug":"hello-world"}'],
    ['/files/a/b/c.txt', '/files/{rest:path} {"rest":"a/b/c.txt"}'],
    ['/blog/', 'none, no methods'],
    ['//blog', 'none, no methods'],
    ['/blog/a/b', 'none, no methods'],
    ['/files/', 'none, no methods'],
  ])('GET %s: the most exact path wins, whatever the order of the list', (path, expected) => {
    expect(ask(blog, 'GET', path)).toBe(expected)
    expect(ask(blog.toReversed(), 'GET', path)).toBe(expected)
  })

  test('HEAD comes with GET', () => {
    expect(ask(blog, 'HEAD', '/blog')).toBe('/blog {}')
  })

  test('a known path with another method tells its methods, HEAD with GET', () => {
    expect(ask(blog, 'DELETE', '/blog')).toBe('none, GET POST HEAD')
    expect(ask(blog, 'PUT', '/blog/live')).toBe('none, GET HEAD')
  })

  test('a method that the more exact path lacks is looked for on the others', () => {
    const lines: Line[] = [
      ['GET', '/blog/live'],
      ['POST', '/blog/{slug}'],
    ]
    expect(ask(lines, 'POST', '/blog/live')).toBe('/blog/{slug} {"slug":"live"}')
  })

  test('at equal rank the first in the list wins', () => {
    const lines: Line[] = [
      ['GET', '/{a:\\d+}'],
      ['GET', '/{b:[0-9a-f]+}'],
    ]
    expect(ask(lines, 'GET', '/12')).toBe('/{a:\\d+} {"a":"12"}')
    expect(ask(lines, 'GET', '/ff')).toBe('/{b:[0-9a-f]+} {"b":"ff"}')
  })

  test('a dead end in an exact branch does not hide a looser one', () => {
    const lines: Line[] = [
      ['GET', '/a/b/c'],
      ['GET', '/a/{x}/d'],
      ['GET', '/{p:path}'],
    ]
    expect(ask(lines, 'GET', '/a/b/d')).toBe('/a/{x}/d {"x":"b"}')
    expect(ask(lines, 'GET', '/a/b/e')).toBe('/{p:path} {"p":"a/b/e"}')
  })

  test('several variables and texts share a segment', () => {
    const lines: Line[] = [
      ['GET', '/{y:\\d{4}}-{m:\\d\\d}.html'],
      ['GET', '/{name}.{ext}'],
    ]
    expect(ask(lines, 'GET', '/2026-11.html')).toBe('/{y:\\d{4}}-{m:\\d\\d}.html {"y":"2026","m":"11"}')
    expect(ask(lines, 'GET', '/a.b.c')).toBe('/{name}.{ext} {"name":"a.b","ext":"c"}')
  })

  test('a path may go on after what holds slashes, and aiohttp’s {tail:.*} holds them', () => {
    const lines: Line[] = [
      ['GET', '/files/{rest:path}/edit'],
      ['GET', '/all/{tail:.*}'],
    ]
    expect(ask(lines, 'GET', '/files/a/b/edit')).toBe('/files/{rest:path}/edit {"rest":"a/b"}')
    expect(ask(lines, 'GET', '/all/x/y')).toBe('/all/{tail:.*} {"tail":"x/y"}')
    expect(ask(lines, 'GET', '/all/')).toBe('/all/{tail:.*} {"tail":""}')
  })
})

describe('#4 converters', () => {
  test.each([
    ['/{n:int}', '/007', '{"n":7}'],
    ['/{n:int}', '/9007199254740991', '{"n":9007199254740991}'],
    ['/{s:slug}', '/a_b-C9', '{"s":"a_b-C9"}'],
    ['/{u:uuid}', '/0F8FAD5B-D9CB-469F-A165-70867728950E', '{"u":"0f8fad5b-d9cb-469f-a165-70867728950e"}'],
    ['/{s}', '/a%2Fb', '{"s":"a/b"}'],
    ['/{s}', '/caf%C3%A9%20x', '{"s":"café x"}'],
    ['/caf\u00e9', '/caf%C3%A9', '{}'],
    ['/{p:path}', '/a%2Fb/c', '{"p":"a/b/c"}'],
  ])('%s takes %s', (pattern, path, params) => {
    expect(ask([['GET', pattern]], 'GET', path)).toBe(`${pattern} ${params}`)
  })

  test.each([
    ['/{n:int}', '/-7'],
    ['/{n:int}', '/7a'],
    ['/{n:int}', '/9007199254740992'],
    ['/{s:slug}', '/a.b'],
    ['/{u:uuid}', '/0f8fad5b'],
    ['/{s}', '/'],
    ['/{s}/x', '/a%2Fx'],
  ])('%s does not take %s', (pattern, path) => {
    expect(ask([['GET', pattern]], 'GET', path)).toBe('none, no methods')
  })

  test("a site's own converter parses and formats, and may say no", () => {
    const hex = {
      pattern: '[0-9a-f]+',
      parse: (text: string) => (text === 'dead' ? undefined : Number.parseInt(text, 16)),
      format: (value: number) => value.toString(16),
    }
    const converters = { hex } as unknown as Converters
    expect(ask([['GET', '/{n:hex}']], 'GET', '/ff', converters)).toBe('/{n:hex} {"n":255}')
    expect(ask([['GET', '/{n:hex}']], 'GET', '/dead', converters)).toBe('none, no methods')
    expect(table([['GET', '/{n:hex}', 'x']], converters).reverse('x', { n: 255 })).toBe('/ff')
  })

  test('a percent-encoding that is no UTF-8 is refused with 400', () => {
    expect(() => ask([['GET', '/{s}']], 'GET', '/%ff')).toThrow(
      expect.objectContaining({ code: 'TAO_PATH_MALFORMED', status: 400 }),
    )
  })
})

describe('#4 what is wrong with a path is said with its reason', () => {
  test.each([
    ['blog', 'TAO_ROUTE_PATH', 'does not begin with a slash'],
    ['/{id', 'TAO_ROUTE_PATH', 'never closed'],
    ['/id}', 'TAO_ROUTE_PATH', 'never opened'],
    ['/{1d}', 'TAO_ROUTE_PATH', 'names a variable "1d"'],
    ['/{__proto__}', 'TAO_ROUTE_PATH', '__proto__'],
    ['/{a}/{a}', 'TAO_ROUTE_PATH', 'twice'],
    ['/{a:[}', 'TAO_ROUTE_PATH', 'cannot be read'],
    ['/{a:(x)y}', 'TAO_ROUTE_PATH', 'captures a group'],
    ['/a?b', 'TAO_ROUTE_PATH', '"?"'],
    ['/{id:itn}', 'TAO_ROUTE_CONVERTER', '"itn"'],
  ])('%s', (path, code, words) => {
    expect(() => table([['GET', path]])).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    )
  })

  test('a mistyped converter is told the nearest', () => {
    expect(() => table([['GET', '/{id:itn}']])).toThrow(
      expect.objectContaining({ hint: 'Did you mean "int"?' }),
    )
  })
})

describe('#4 #3 lists are joined', () => {
  const at = (file: string, line: number) => ({ file, line })

  test('apps put their name before the names, their prefix before the paths', () => {
    const joined = buildRouteTable([
      {
        app: 'blog',
        prefix: '/news',
        routes: [toRoute(['GET', '/blog', 'index']), [toRoute(['GET', '/', 'root'])]],
      },
      { app: 'shop', namePrefix: 'store', routes: [toRoute(['GET', '/shop', 'index'])] },
      { app: undefined, routes: [toRoute(['GET', '/', 'index'])] },
    ])
    expect(joined.entries.map((entry) => `${entry.name} ${entry.path}`)).toEqual([
      'blog:index /news/blog',
      'blog:root /news',
      'store:index /shop',
      'index /',
    ])
  })

  test('the same method and path twice is an error that names both files', () => {
    const first = makeRoute({
      methods: ['GET'],
      path: '/a/{x}',
      view: 1,
      name: 'a',
      options: {},
      place: at('apps/one/routes.ts', 3),
    })
    const second = makeRoute({
      methods: ['GET'],
      path: '/a/{y}',
      view: 1,
      name: 'b',
      options: {},
      place: at('apps/two/routes.ts', 8),
    })
    expect(() =>
      buildRouteTable([
        { app: 'one', routes: [first] },
        { app: 'two', routes: [second] },
      ]),
    ).toThrow('GET /a/{y} is routed twice: in apps/one/routes.ts:3 and in apps/two/routes.ts:8.')
  })

  test('one name twice is an error that names both files', () => {
    const first = makeRoute({
      methods: ['GET'],
      path: '/a',
      view: 1,
      name: 'a',
      options: {},
      place: at('r.ts', 3),
    })
    const second = makeRoute({
      methods: ['POST'],
      path: '/b',
      view: 1,
      name: 'a',
      options: {},
      place: at('r.ts', 4),
    })
    expect(() => buildRouteTable([{ app: 'one', routes: [first, second] }])).toThrow(
      'The route name "one:a" is given twice: in r.ts:3 and in r.ts:4.',
    )
  })
})

describe('#5 reversal', () => {
  const routes = table([
    ['GET', '/blog/{slug}', 'post'],
    ['GET', '/blog/{id:int}', 'by-id'],
    ['GET', '/files/{rest:path}', 'file'],
    ['GET', '/caf\u00e9/{a}-{b}', 'pair'],
    ['GET', '/up/../{a}', 'elsewhere'],
    ['GET', '/', 'home'],
  ])

  test.each([
    ['home', {}, undefined, '/'],
    ['post', { slug: 'a b/c?d' }, undefined, '/blog/a%20b%2Fc%3Fd'],
    ['by-id', { id: 7 }, { page: 2, tag: ['x', 'y'], none: undefined }, '/blog/7?page=2&tag=x&tag=y'],
    ['file', { rest: 'a/b c.txt' }, undefined, '/files/a/b%20c.txt'],
    ['pair', { a: 'x', b: 'é' }, 'q=1', '/caf%C3%A9/x-%C3%A9?q=1'],
  ])('%s %j', (name, params, query, expected) => {
    expect(routes.reverse(name, params, query as never)).toBe(expected)
  })

  test('what is reversed is found again', () => {
    for (const slug of ['ü', '100%', 'a/b', '...', "it's", '日本']) {
      const found = routes.resolve('GET', routes.reverse('post', { slug }))
      expect(found.entry?.name).toBe('post')
      expect(found.entry && found.params).toEqual({ slug })
    }
  })

  test.each([
    ['pots', {}, 'There is no route named "pots"', 'Did you mean "post"?'],
    ['post', {}, 'the parameter "slug" is missing', undefined],
    ['post', { slug: 'a', slg: 'b' }, 'it has no parameter "slg"', 'Did you mean "slug"?'],
    ['by-id', { id: 'x' }, 'which its pattern [0-9]+ does not match', undefined],
    ['post', { slug: '' }, 'does not match', undefined],
    ['post', { slug: '..' }, 'would lead elsewhere', undefined],
    ['file', { rest: 'a/../b' }, 'would lead elsewhere', undefined],
    ['post', { slug: '\ud800' }, 'half a surrogate pair', undefined],
    ['elsewhere', { a: 'plain' }, 'would lead elsewhere', undefined],
  ])('%s %j is refused with the reason', (name, params, words, hint) => {
    let thrown: { message: string; hint: string | undefined } | undefined
    try {
      routes.reverse(name, params)
    } catch (error) {
      thrown = error as never
    }
    expect(thrown?.message).toContain(words)
    if (hint) expect(thrown?.hint).toBe(hint)
  })
})
