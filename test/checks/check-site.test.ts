import { lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { applyFixes, checkSite, CHECKS, failsAt } from '../../src/checks/index.ts'
import { check, checkFiles } from './temp-site.ts'

test('a sound site has no findings', async () => {
  expect(await check({})).toEqual([])
})

test('a site broken in every part is told about all of them at once', async () => {
  const found = await check({
    'settings.ts': `import { defineSettings } from 'tao1'\nexport default defineSettings({ prot: 1, limits: { body: 'x' } } as never)\n`,
    'apps/shop/routes.ts': `export default [\n  route('GET' '/'),\n]`,
    'templ/bad.html': '{% if x %}',
    'views.ts': `import { templ } from 'tao1'\nexport const index = (request) => templ('indx', request)`,
  })
  expect(found.map(({ id, at }) => `${id} ${at}`)).toEqual([
    'tao.E201 apps/shop/routes.ts:2',
    'tao.E102 settings.ts:2',
    'tao.E103 settings.ts:2',
    'tao.E401 templ/bad.html:1',
    'tao.E402 views.ts:2',
    'tao.I405 templ/bad.html',
    'tao.I405 templ/index.html',
  ])
})

test('the letter of an id is the level of its check', () => {
  for (const [id, { level }] of Object.entries(CHECKS)) expect(id[4]).toBe(level[0]?.toUpperCase())
})

test('failsAt compares levels', () => {
  expect(failsAt([{ level: 'info' }, { level: 'warning' }], 'error')).toBe(false)
  expect(failsAt([{ level: 'info' }, { level: 'warning' }], 'warning')).toBe(true)
  expect(failsAt([], 'debug')).toBe(false)
})

test('checkSite throws where there is no project', async () => {
  await expect(checkSite({ root: '/nowhere/at/all', env: {} })).rejects.toMatchObject({
    code: 'TAO_PROJECT_NOT_FOUND',
  })
})

test('E101 settings that cannot be imported do not keep the rest from being checked', async () => {
  const found = await check({
    'settings.ts': 'export default {',
    'templ/index.html': '{% extends "layot" %}',
  })
  expect(found).toEqual([
    expect.objectContaining({ id: 'tao.E101', at: 'settings.ts:1' }),
    expect.objectContaining({ id: 'tao.E403', at: 'templ/index.html:1', hint: 'Did you mean "layout"?' }),
  ])
})

test('W106 I107 secrets in the settings file, and none at all, are told', async () => {
  const written = await check({ '.env': '', 'settings.ts': `export default {\n  secretKeys: ['abc'],\n}` })
  expect(written).toEqual([expect.objectContaining({ id: 'tao.W106', at: 'settings.ts:2' })])
  expect(await check({ '.env': null })).toEqual([expect.objectContaining({ id: 'tao.I107' })])
})

test('E105 a .env that cannot be read is told', async () => {
  expect((await check({ '.env': null, '.env/': '' })).map(({ id }) => id)).toEqual(['tao.E105', 'tao.I107'])
})

test('#3 E201 E206 a broken app is named with file and line, and its names are not missed', async () => {
  const found = await check({
    'apps/blog/views.ts': `import { nothing } from './gone.ts'\nexport const index = nothing`,
    'apps/shop/routes.ts': `export default []`,
    'apps/shop/middleware.ts': `const x = 1\nthrow new Error('no ' + x)`,
  })
  expect(found.filter(({ id }) => id !== 'tao.I405')).toEqual([
    expect.objectContaining({
      id: 'tao.E201',
      at: 'apps/blog/views.ts:1',
      message: expect.stringContaining('"./gone.ts", which does not exist') as unknown,
    }),
    expect.objectContaining({ id: 'tao.E206', at: 'apps/shop/middleware.ts:2' }),
  ])
})

test('E201 a module that breaks several apps is told once', async () => {
  const found = await check({
    'lib.ts': 'export const x = ;',
    'apps/shop/routes.ts': `import '../../lib.ts'\nexport default []`,
    'apps/news/routes.ts': `import '../../lib.ts'\nexport default []`,
  })
  expect(found.map(({ id, at }) => `${id} ${at}`)).toEqual(['tao.E201 lib.ts:1'])
})

test('E202 E203 E204 E205 apps that are none are told', async () => {
  const found = await check({
    'settings.ts': `export default {\n  apps: {\n    blgo: {},\n    forum: { package: 'tao-forum' },\n  },\n}`,
    'apps/list/routes.ts': 'export default [1]',
    'apps/my app/routes.ts': 'export default []',
  })
  expect(found).toEqual([
    expect.objectContaining({ id: 'tao.E202', at: 'apps/list/routes.ts:1' }),
    expect.objectContaining({ id: 'tao.E203', at: 'apps/my app/routes.ts' }),
    expect.objectContaining({ id: 'tao.E204', at: 'settings.ts:3', hint: 'Did you mean "blog"?' }),
    expect.objectContaining({ id: 'tao.E205', at: 'settings.ts:4' }),
  ])
})

test('W207 a folder that looks like an app but has no routes is told, any other is not', async () => {
  const found = await check({ 'apps/shop/views.ts': '', 'apps/shop/templ/': '', 'apps/shared/dates.ts': '' })
  expect(found).toEqual([
    expect.objectContaining({
      id: 'tao.W207',
      at: 'apps/shop',
      message: 'apps/shop has templ, views.ts but no routes.ts, so it is no app',
    }),
  ])
})

test('W208 a link in apps/ that leads nowhere is told', async () => {
  const { root } = await checkFiles({})
  symlinkSync('../gone', join(root, 'apps/gone'))
  const findings = await checkSite({ root, env: {} })
  expect(findings.filter(({ id }) => id === 'tao.W208')).toHaveLength(1)
})

test('E301 E302 E303 routes that clash or cannot be read are all told, with both places', async () => {
  const found = await check({
    'apps/shop/routes.ts': [
      `import { route } from 'tao1'`,
      `const view = () => 'x'`,
      `export default [`,
      `  route('GET', '/blog/{id}', view, 'a'),`,
      `  route('POST', '/blog', view, 'b'),`,
      `  route('GET', '/shop', view, 'b'),`,
      `  route('GET', '/x/{id:nit}', view, 'c'),`,
      `  route('GET', 'y', view, 'd'),`,
      `]`,
    ].join('\n'),
  })
  expect(found.map(({ id, message }) => `${id} ${message}`)).toEqual([
    'tao.E301 GET /blog/{id} is routed twice; the first time in apps/blog/routes.ts:5',
    'tao.E302 The route name "shop:b" is given twice; the first time in apps/shop/routes.ts:5',
    expect.stringMatching(/^tao\.E303 .*"nit"/) as unknown,
    expect.stringMatching(/^tao\.E303 .*does not begin with a slash/) as unknown,
  ])
  expect(found.map(({ at }) => at?.split(':')[0])).toEqual(Array(4).fill('apps/shop/routes.ts'))
})

test('E304 a view that is no function is told at its route', async () => {
  const found = await check({
    'apps/shop/routes.ts': `import { route } from 'tao1'\nimport * as views from './views.ts'\nexport default [\n  route('GET', '/shop', views.idnex),\n]`,
    'apps/shop/views.ts': `export const index = () => 'x'`,
  })
  expect(found).toEqual([expect.objectContaining({ id: 'tao.E304', at: 'apps/shop/routes.ts:4' })])
})

test('W305 a route that another one always hides is told, one that it sometimes hides is not', async () => {
  const found = await check({
    'apps/shop/routes.ts': [
      `import { route } from 'tao1'`,
      `const view = () => 'x'`,
      `export default [`,
      String.raw`  route('GET', '/shop/{a:[^/]+}', view, 'any'),`,
      `  route('GET', '/shop/{b:slug}', view, 'slug'),`,
      `  route('GET', '/shop/{n:int}', view, 'int'),`,
      `  route('POST', '/shop/{b:slug}', view, 'post'),`,
      `  route('GET', '/shop/list', view, 'list'),`,
      `  route('GET', '/news/{n:int}', view, 'news'),`,
      `  route('GET', '/news/{s}', view, 'text'),`,
      `  route('GET', '/static/x', view, 'static'),`,
      `]`,
    ].join('\n'),
  })
  expect(found.map(({ id, message }) => `${id} ${message}`)).toEqual([
    'tao.W305 GET /shop/{b:slug} is never reached: /shop/{a:[^/]+} in apps/shop/routes.ts:4 answers first',
    'tao.W305 GET /shop/{n:int} is never reached: /shop/{a:[^/]+} in apps/shop/routes.ts:4 answers first',
    'tao.W306 /static/x lies below /static/, where static files are served',
  ])
})

test('E401 a syntax error in any template is told with its line, used or not', async () => {
  const found = await check({
    'apps/blog/templ/row.html': `<p>\n  {% fro x in y %}\n</p>`,
    'templ/500.html': '{{ a b }}',
  })
  expect(found).toEqual([
    expect.objectContaining({
      id: 'tao.E401',
      at: 'apps/blog/templ/row.html:2',
      hint: 'Did you mean "for" or "from"?',
    }),
    expect.objectContaining({ id: 'tao.E401', at: 'templ/500.html:1' }),
  ])
})

test('E402 E403 template names that lead nowhere are told where they are written', async () => {
  const found = await check({
    'views.ts': `import { templ } from 'tao1'\nexport function index(request) {\n  // templ('comment', request)\n  const text = "templ('text', request)"\n  if (text === request.url) return templ('blog:idex', request)\n  return templ(\`index\`, request)\n}`,
    'apps/blog/templ/row.html': `{# include "comment" #}{% raw %}{% include "raw" %}{% endraw %}\n{% include "optional" ignore missing %}{% include name %}{% include "a" + b %}\n{%- import '../form' as form -%}{% from "blog:gone" import x %}`,
  })
  expect(found).toEqual([
    expect.objectContaining({
      id: 'tao.E403',
      at: 'apps/blog/templ/row.html:3',
      message: 'The template "blog:row" names "../form", but there is no such template',
    }),
    expect.objectContaining({
      id: 'tao.E403',
      at: 'apps/blog/templ/row.html:3',
      message: 'The template "blog:row" names "blog:gone", but there is no such template',
    }),
    expect.objectContaining({ id: 'tao.E402', at: 'views.ts:5', hint: 'Did you mean "blog:index"?' }),
  ])
})

test('E404 a filter that does not exist is told, one of the settings is known', async () => {
  const found = await check({
    'settings.ts': `export default { templ: { filters: { shout: (x) => x } } }`,
    'templ/index.html': `{% extends "layout" %}{% block body %}{{ a | shout | uper }}{% if a or b %}|{% endif %}{% filter lowr %}x{% endfilter %}{% endblock %}`,
  })
  expect(found.map(({ id, hint }) => [id, hint])).toEqual([
    ['tao.E404', expect.stringContaining('"upper"')],
    ['tao.E404', expect.stringContaining('"lower"')],
  ])
})

test('I405 a template that nothing names is told; names kept in lists, error pages and tests do not count', async () => {
  const found = await check({
    'templ/old.html': 'x',
    'templ/listed.html': 'x',
    'templ/tested.html': 'x',
    'pages.ts': `export const pages = ['listed']`,
    'apps/blog/blog.test.ts': `import { templ } from 'tao1'\ntempl('tested')`,
  })
  expect(found.map(({ id, at }) => `${id} ${at}`)).toEqual([
    'tao.I405 templ/old.html',
    'tao.I405 templ/tested.html',
  ])
})

test('W501 a missing static link is told, and --fix makes it', async () => {
  const { findings, root } = await checkFiles({})
  expect(findings.map(({ id }) => id)).toEqual(['tao.W501'])
  const results = await applyFixes(findings)
  expect(results.map(({ error }) => error)).toEqual([undefined])
  expect(readlinkSync(join(root, 'static/blog'))).toBe('../apps/blog/static')
  expect(await checkSite({ root, env: {} })).toEqual([])
})

test('W502 I503 a link to an app that is gone is removed by --fix, a real folder is left alone', async () => {
  const { root } = await checkFiles({ 'static/blog/real.css': '' })
  symlinkSync('../apps/gone/static', join(root, 'static/gone'))
  const findings = await checkSite({ root, env: {} })
  expect(findings.map(({ id }) => id)).toEqual(['tao.W502', 'tao.I503'])
  await applyFixes(findings)
  expect(() => lstatSync(join(root, 'static/gone'))).toThrow('ENOENT')
  expect(lstatSync(join(root, 'static/blog')).isDirectory()).toBe(true)
})

test('a fix that fails is told and does not keep back the others', async () => {
  const { findings, root } = await checkFiles({})
  mkdirSync(join(root, 'unrelated'))
  const [fine] = findings
  const broken = { ...fine!, fix: { summary: 'Fail', apply: () => Promise.reject(new Error('full disk')) } }
  const results = await applyFixes([broken, fine!])
  expect(results.map(({ error }) => error)).toEqual([new Error('full disk'), undefined])
})

test('W504 static names that lead nowhere are told, in templates and in code', async () => {
  const found = await check({
    'apps/blog/templ/row.html': `{{ static('blog/b.png') }}\n{{ static("/static/site.css") }}{{ static('blog/' + x) }}`,
    'pages.ts': `export const icon = (request) => request.app.static('icon.svg')`,
  })
  expect(found.map(({ id, at, hint }) => [id, at, hint])).toEqual([
    ['tao.W504', 'apps/blog/templ/row.html:1', 'Did you mean "blog/a.png"?'],
    ['tao.W504', 'apps/blog/templ/row.html:2', 'Leave /static/ out of the name.'],
    ['tao.W504', 'pages.ts:1', undefined],
  ])
})

test('E601 E602 url names that lead nowhere or leave out a variable are told, in templates and in code', async () => {
  const found = await check({
    'apps/blog/templ/row.html': `{{ url('post', { slug: 1 }) }}\n{{ url('blog:post') }}{{ url('blog:post', slug=x) }}{{ url('blog:post', params) }}{{ url('blog:' + x) }}`,
    'pages.ts': [
      `import { redirect } from 'tao1'`,
      `import { url } from 'elsewhere'`,
      `export const a = (request, other) => {`,
      `  request.url('blog:pots', { slug: 1 })`,
      `  request.url('blog:post', { 'slug': 1, ...other })`,
      `  request.url('blog:post', { slg: 1 })`,
      `  url('nowhere'); other.url('nowhere')`,
      `  redirect('/a/path'); redirect('blog:index', {}); redirect.external('https://x.org')`,
      `  return redirect('blog:indx')`,
      `}`,
    ].join('\n'),
  })
  expect(
    found.map(({ id, at, message, hint }) => [id, at, message.replace(/^url\(\) (?:of|names) /, ''), hint]),
  ).toEqual([
    [
      'tao.E601',
      'apps/blog/templ/row.html:1',
      '"post", but there is no such route',
      'Did you mean "blog:post"?',
    ],
    ['tao.E602', 'apps/blog/templ/row.html:2', '"blog:post" (/blog/{slug}) leaves out "slug"', undefined],
    ['tao.E601', 'pages.ts:4', '"blog:pots", but there is no such route', 'Did you mean "blog:post"?'],
    ['tao.E602', 'pages.ts:6', '"blog:post" (/blog/{slug}) leaves out "slug"', undefined],
    ['tao.E601', 'pages.ts:9', '"blog:indx", but there is no such route', 'Did you mean "blog:index"?'],
  ])
})

test('W701 W702 W703 names that are easily confused are told', async () => {
  const found = await check({
    'settings.ts': `export default {\n  apps: {\n    news: { namePrefix: 'blog' },\n  },\n}`,
    'apps/Blog/routes.ts': 'export default []',
    'apps/news/routes.ts': 'export default []',
    'templ/index.njk': 'x',
  })
  expect(found.map(({ id, at }) => `${id} ${at}`)).toEqual([
    'tao.W701 apps/blog/routes.ts',
    'tao.W702 settings.ts:3',
    'tao.W703 templ/index.njk',
  ])
})
