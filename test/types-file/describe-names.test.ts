import { expect, test } from 'vitest'
import { buildRouteTable, makeRoute, type Converters, type Route } from '../../src/routing/index.ts'
import { describeNames, type SiteNames } from '../../src/types-file/index.ts'

const converters: Converters = {
  hex: { pattern: '[0-9a-f]+', parse: (text) => text as never, format: String },
}

function route(path: string, name?: string): Route {
  return makeRoute({ methods: ['GET'], path, view: () => '', name, options: {}, place: undefined })
}

function site(
  lists: Readonly<Record<string, readonly Route[]>>,
  templates: Readonly<Record<string, string | undefined>> = {},
  apps: readonly string[] = ['blog'],
): SiteNames {
  const sources = Object.entries(lists).map(([app, routes]) => ({
    routes,
    app: app === '' ? undefined : app,
  }))
  return {
    apps: apps.map((name) => ({ name })),
    routes: buildRouteTable(sources, converters),
    templ: { list: () => Object.entries(templates).map(([name, app]) => ({ name, app, file: `/${name}` })) },
  }
}

test('routes stand with what their paths need, templates by their names', () => {
  const text = describeNames(
    site(
      {
        blog: [
          route('/blog', 'index'),
          route('/blog/{id:int}/{slug}', 'post'),
          route('/blog/{y:\\d{4}}/{day:hex}/{key:uuid}/{rest:path}', 'archive'),
        ],
        '': [route('/', 'home'), route('/unnamed')],
      },
      { 'blog:feed.xml': 'blog', 'blog:index': 'blog', layout: undefined },
    ),
  )
  expect(text).toMatchInlineSnapshot(`
    "// Written by tao from the routes and templates of this site, and written anew by "tao serve --reload", "tao check"
    // and "tao new-app": do not edit it, do not commit it. With it url(), redirect() and templ() check names.
    import type { UrlParam, UrlText } from 'tao1'

    declare module 'tao1' {
      interface RouteNames {
        /** /blog */
        'blog:index': {}
        /** /blog/{id:int}/{slug} */
        'blog:post': { id: number; slug: UrlText }
        /** /blog/{y:\\d{4}}/{day:hex}/{key:uuid}/{rest:path} */
        'blog:archive': { y: UrlText; day: UrlParam<'hex'>; key: UrlText; rest: UrlText }
        /** / */
        'home': {}
      }

      interface TemplateNames {
        'blog:feed.xml': true
        'blog:index': true
        'layout': true
      }
    }
    "
  `)
})

test('what is not of the site, as the toolbar, is left out', () => {
  const text = describeNames(
    site(
      { toolbar: [route('/-/{id}', 'record')], '': [route('/', 'home')] },
      { 'toolbar:record': 'toolbar', 'blog:index': 'blog' },
    ),
  )
  expect(text).toContain("'home': {}")
  expect(text).not.toContain('toolbar')
})

test('a site without a name has a file that is a module all the same', () => {
  expect(describeNames(site({ '': [] }))).toMatch(/^export \{\}$/m)
})

test('no path ends its comment, and no name its quotes', () => {
  const text = describeNames(
    site({ '': [route('/a*/b/{rest:path}', 'odd')] }, { "o'clock\\": undefined, ünï: undefined }),
  )
  expect(text).toContain(String.raw`/** /a*\/b/{rest:path} */`)
  expect(text).toContain(String.raw`"o'clock\\": true`)
  expect(text).toContain('"ünï": true')
})
