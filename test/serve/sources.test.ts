import { expect, test } from 'vitest'
import { createSources, staticUrlEnd } from '../../src/serve/sources.ts'

const sources = createSources('/site', 'store')

test.each([
  ['views.ts', 'code'],
  ['settings.ts', 'code'],
  ['.env', 'code'],
  ['package.json', 'code'],
  ['apps/blog/views.ts', 'code'],
  ['apps/blog/lib/deep/er.mjs', 'code'],
  ['apps/blog/data/seeds.ts', 'code'],
  ['apps/blog/data/state.json', undefined],
  ['templ/index.html', 'template'],
  ['templ/mail/welcome.txt', 'template'],
  ['apps/blog/templ/index.html', 'template'],
  ['static/site.css', 'style'],
  ['static/logo.svg', 'static'],
  ['static/app.js', 'static'],
  ['apps/blog/static/blog.css', 'style'],
  ['apps/blog/blog.test.ts', undefined],
  ['test/site.test.ts', undefined],
  ['types.d.ts', undefined],
  ['README.md', undefined],
  ['data/main.ts', undefined],
  ['store/x.json', undefined],
  ['uploads/evil.ts', undefined],
  ['logs/a.json', undefined],
  ['node_modules/x/index.js', undefined],
  ['apps/blog/node_modules/x/index.js', undefined],
  ['.git/hooks/x.js', undefined],
  ['.tao/types.d.ts', undefined],
  ['dist/index.js', undefined],
  ['apps/blog/.views.ts.swp', undefined],
  ['apps/blog/views.ts~', undefined],
  ['apps/blog/#views.ts#', undefined],
  ['../other/views.ts', undefined],
])('a change of %s asks for: %s', (file, kind) => {
  expect(sources.kindOf(`/site/${file}`)).toBe(kind)
})

test('a static file is known by the end of its URL, with or without an app', () => {
  expect(staticUrlEnd('/site', '/site/apps/blog/static/a b.css')).toBe('/blog/a%20b.css')
  expect(staticUrlEnd('/site', '/site/static/css/site.css')).toBe('/css/site.css')
})
