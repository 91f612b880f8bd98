import { expect, test } from 'vitest'
import { buildRouteTable, makeRoute } from '../../src/routing/index.ts'

const CHARACTERS = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code))
const names = { text: 'x{v}', number: 'x{v:int}', slug: 'x{v:slug}', rest: 'x{v:path}', own: 'x{v:[^q]+}' }
const routes = buildRouteTable([
  {
    app: undefined,
    routes: Object.entries(names).map(([name, path]) =>
      makeRoute({ methods: ['GET'], path: `/${name}/${path}`, view: 1, name, options: {}, place: undefined }),
    ),
  },
])

test.each(Object.keys(names))(
  'every character in a %s is written as its pattern and RFC 3986 have it, by itself and among others',
  (name) => {
    const { variables } = routes.named.get(name)!.pattern
    const [{ test: matches, wide }] = variables as [(typeof variables)[number]]
    for (const text of CHARACTERS.flatMap((one) => [one, `7${one}`, `${one}7`])) {
      const encoded = encodeURIComponent(text)
      const expected = `/${name}/x${wide ? encoded.replaceAll('%2F', '/') : encoded}`
      const reverse = (): string => routes.reverse(name, { v: text })
      // A text that ends in a segment of dots would lead elsewhere.
      if (!matches.test(text) || expected.endsWith('/.')) expect(reverse, text).toThrow()
      else expect(reverse()).toBe(expected)
    }
  },
)
