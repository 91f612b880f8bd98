import { renameSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { templateEvents, templatePartEvents, type TemplateEvent } from '../../src/base/events.ts'
import { makeSite } from './site.ts'

describe('names and folders', () => {
  it('#7 keeps the templates of apps apart and finds the site’s own by bare names', () => {
    const site = makeSite({
      'templ/index.html': 'site',
      'apps/blog/templ/index.html': 'blog',
      'apps/shop/templ/index.html': 'shop',
    })
    expect(site.render('index')).toBe('site')
    expect(site.render('blog:index')).toBe('blog')
    expect(site.render('apps.shop:index')).toBe('shop')
  })

  it('#7 lets the site override an app’s template by a file in templ/<app>', () => {
    const site = makeSite({ 'templ/blog/index.html': 'mine', 'apps/blog/templ/index.html': 'theirs' })
    expect(site.render('blog:index')).toBe('mine')
    expect(site.engine.resolve('apps.blog:index')).toEqual({
      name: 'blog:index',
      file: join(site.root, 'templ/blog/index.html'),
      app: 'blog',
    })
  })

  it('#7 lets an override extend what it overrides', () => {
    const site = makeSite({
      'templ/blog/index.html': '{% extends "blog:index" %}{% block b %}mine+{{ super() }}{% endblock %}',
      'apps/blog/templ/index.html': '<{% block b %}theirs{% endblock %}>',
    })
    expect(site.render('blog:index')).toBe('<mine+theirs>')
    expect(site.render('blog:index')).toBe('<mine+theirs>')
  })

  it('#7 extends, includes and imports across apps by the same names', () => {
    const site = makeSite({
      'templ/layout.html': '<{% block body %}{% endblock %}>',
      'apps/blog/templ/index.html':
        '{% extends "layout" %}{% from "ui:macros" import bold %}{% import "apps.ui:macros" as m %}' +
        '{% block body %}{{ bold("x") }}{{ m.bold("y") }}{% include "ui:parts/foot" %}{% endblock %}',
      'apps/ui/templ/macros.njk': '{% macro bold(t) %}<b>{{ t }}</b>{% endmacro %}',
      'apps/ui/templ/parts/foot.tpl': '{% include "./year" %}{% include "../top" %}',
      'apps/ui/templ/parts/year.html': '2026',
      'apps/ui/templ/top.html': '^',
    })
    expect(site.render('blog:index')).toBe('<<b>x</b><b>y</b>2026^>')
  })

  it('#7 a relative name is a name, and so can be overridden', () => {
    const site = makeSite({
      'templ/blog/row.html': 'mine',
      'apps/blog/templ/index.html': '{% include "./row" %}',
      'apps/blog/templ/row.html': 'theirs',
    })
    expect(site.render('blog:index')).toBe('mine')
  })

  it('#7 tries the extensions in their order and takes full names as they are', () => {
    const site = makeSite({
      'templ/a.tpl': 'tpl',
      'templ/a.njk': 'njk',
      'apps/blog/templ/feed.xml': '<feed>{{ t }}</feed>',
      'apps/blog/templ/v1.2.html': 'v',
    })
    expect(site.render('a')).toBe('njk')
    expect(site.render('a.tpl')).toBe('tpl')
    expect(site.render('blog:feed.xml', { t: '<&' })).toBe('<feed>&lt;&amp;</feed>')
    expect(site.render('blog:v1.2')).toBe('v')
  })

  it('#7 looks at the builtin folder last', () => {
    const site = makeSite({ 'builtin/404.html': 'tao 404', 'templ/x.html': '' })
    const folder = join(site.root, 'builtin')
    const withBuiltin = makeSite({ 'templ/500.html': 'mine' }, { builtinFolder: folder })
    site.write('builtin/500.html', 'tao 500')
    expect(withBuiltin.render('404')).toBe('tao 404')
    expect(withBuiltin.render('500')).toBe('mine')
    expect(withBuiltin.render('tao:500')).toBe('tao 500')
  })

  it('lists every template by its name, overrides counted once', () => {
    const site = makeSite({
      'templ/layout.html': '',
      'templ/blog/index.html': '',
      'templ/news/list.html': '',
      'templ/.hidden.html': '',
      'templ/old.html~': '',
      'apps/blog/templ/index.html': '',
      'apps/blog/templ/feed.xml': '',
      'apps/blog/templ/posts/list.njk': '',
    })
    expect(site.engine.list().map(({ name, file }) => [name, file.slice(site.root.length + 1)])).toEqual([
      ['blog:feed.xml', 'apps/blog/templ/feed.xml'],
      ['blog:index', 'templ/blog/index.html'],
      ['blog:posts/list', 'apps/blog/templ/posts/list.njk'],
      ['layout', 'templ/layout.html'],
      ['news/list', 'templ/news/list.html'],
    ])
    for (const { name } of site.engine.list()) expect(site.engine.has(name)).toBe(true)
  })

  it('has() says no to what is missing and to what is no name', () => {
    const site = makeSite({ 'templ/index.html': '' })
    expect(site.engine.has('index')).toBe(true)
    for (const name of ['nope', 'blog:index', '../index', '']) expect(site.engine.has(name)).toBe(false)
  })

  it('gives a template’s text', () => {
    const site = makeSite({ 'templ/index.html': '{{ x }}' })
    expect(site.engine.sourceOf('index')).toBe('{{ x }}')
  })
})

describe('what templates see', () => {
  it('H8 escapes every value in every kind of file; only safe lets markup through', () => {
    const evil = `<script>"&'\\</script>`
    const escaped = '&lt;script&gt;&quot;&amp;&#39;&#92;&lt;/script&gt;'
    const site = makeSite({
      'templ/a.html': '{{ x }}',
      'templ/b.txt': '{{ x }}',
      'templ/c.html': '{{ x | safe }}',
      'templ/d.html': '{% macro m(v) %}<i>{{ v }}</i>{% endmacro %}{{ m(x) }}',
      'templ/e.html': '{% set y %}<b>{{ x }}</b>{% endset %}{{ y | safe }}',
    })
    expect(site.render('a', { x: evil })).toBe(escaped)
    expect(site.render('b.txt', { x: evil })).toBe(escaped)
    expect(site.render('c', { x: evil })).toBe(evil)
    expect(site.render('d', { x: evil })).toBe(`<i>${escaped}</i>`)
    expect(site.render('e', { x: evil })).toBe(`<b>${escaped}</b>`)
  })

  it('#7 gives templates the globals and filters it was made with, this being the context', () => {
    const site = makeSite(
      { 'templ/a.html': '{{ url("x") }} {{ "a" | shout }} {{ site }}' },
      {
        globals: { url: (name: string) => `/${name}`, site: 'S' },
        filters: {
          shout(this: { ctx: { mark: string } }, text: string) {
            return text.toUpperCase() + this.ctx.mark
          },
        },
      },
    )
    expect(site.render('a', { mark: '!' })).toBe('/x A! S')
    expect(site.render('a', { mark: '?', site: 'own' })).toBe('/x A? own')
  })

  it('does not let one render’s values into the next', () => {
    const site = makeSite({ 'templ/a.html': '{{ x }}{% set x = 5 %}{{ x }}' })
    const context = { x: 1 }
    expect(site.render('a', context)).toBe('15')
    expect(context).toEqual({ x: 1 })
    expect(site.render('a')).toBe('5')
  })

  it('renders a page from inside another page', () => {
    const site = makeSite(
      { 'templ/a.html': 'a{{ part("b") | safe }}a', 'templ/b.html': '<b>' },
      { globals: { part: (name: string) => site.engine.render(name, {}) } },
    )
    expect(site.render('a')).toBe('a<b>a')
  })

  it('offers nunjucks itself, which finds the same templates', () => {
    const site = makeSite({ 'apps/blog/templ/row.html': '[{{ x }}]' })
    expect(site.engine.nunjucks.renderString('{% include "blog:row" %}', { x: '<' })).toBe('[&lt;]')
    expect(site.engine.nunjucks.render('blog:row', { x: 1 })).toBe('[1]')
    expect(() => site.engine.nunjucks.render('blog:rwo', {})).toThrow(
      expect.objectContaining({ code: 'TAO_TEMPLATE_MISSING', hint: 'Did you mean "blog:row"?' }),
    )
  })

  it('tells whoever listens which template took how long', () => {
    const site = makeSite({ 'apps/blog/templ/index.html': 'x' })
    const seen: TemplateEvent[] = []
    const stop = templateEvents.subscribe((event) => seen.push(event))
    site.render('apps.blog:index', { a: 1 })
    stop()
    site.render('blog:index')
    expect(seen).toEqual([
      {
        name: 'blog:index',
        file: join(site.root, 'apps/blog/templ/index.html'),
        ms: expect.any(Number),
        context: { a: 1 },
      },
    ])
  })
})

describe.each(['tao', 'nunjucks'] as const)('with the code generator of %s', (generator) => {
  it('tells whoever listens which templates a page is made of', () => {
    const site = makeSite(
      {
        'templ/page.html':
          '{% extends "base" %}{% block b %}{% import "lib" as l %}{% for x in [1, 2] %}{% include "part" %}{% endfor %}{% endblock %}',
        'templ/base.html': '{% block b %}{% endblock %}',
        'templ/part.html': '{{ x }}',
        'templ/lib.html': '',
      },
      { generator },
    )
    const seen: string[] = []
    const stop = templatePartEvents.subscribe(({ name, from, how, file }) => {
      seen.push(`${from} ${how} ${name} ${file.slice(site.root.length + 1)}`)
    })
    expect(site.render('page')).toBe('12')
    stop()
    site.render('page')
    const include = 'page include part templ/part.html'
    const imported = 'page include lib templ/lib.html'
    expect(seen).toEqual(['page extends base templ/base.html', imported, include, include])
  })

  it('makes lazy values when a template asks for them, and never otherwise', () => {
    const asked: unknown[] = []
    const lazy = {
      session(values: Record<string, unknown>) {
        asked.push(values['request'])
        return { name: 'S' }
      },
    }
    const site = makeSite(
      {
        'templ/no.html': '{{ request }}{% include "none" %}{% set x = 1 %}',
        'templ/none.html': '{{ request }}',
        'templ/yes.html':
          '{% include "part" %}{{ session.name }}{% set session = 5 %}{{ session }}{% include "part" %}',
        'templ/part.html': '[{{ session.name }}{{ session is defined }}]',
        'templ/own.html': '{{ session }}',
      },
      { generator, lazy },
    )
    expect(site.render('no', { request: 'r' })).toBe('rr')
    expect(asked).toEqual([])
    expect(site.render('yes', { request: 'r' })).toBe('[Strue]S5[true]')
    expect(new Set(asked)).toEqual(new Set(['r']))
    expect(site.render('own', { session: 'mine' })).toBe('mine')
    expect(site.render('own', { session: undefined })).toBe('')
    const fromOutside = JSON.parse('{"__proto__": {"session": "forged"}}') as Record<string, unknown>
    expect(site.render('own', fromOutside)).not.toContain('forged')
  })
})

describe('fresh in development', () => {
  it('sees a changed page, parent, include and import at the next render', () => {
    const site = makeSite({
      'templ/page.html':
        '{% extends "layout" %}{% import "m" as m %}{% block b %}{% include "part" %}{{ m.x() }}{% endblock %}',
      'templ/layout.html': '1{% block b %}{% endblock %}',
      'templ/part.html': '2',
      'templ/m.html': '{% macro x() %}3{% endmacro %}',
    })
    expect(site.render('page')).toBe('123')
    site.write('templ/layout.html', '4{% block b %}{% endblock %}')
    expect(site.render('page')).toBe('423')
    site.write('templ/part.html', '5')
    expect(site.render('page')).toBe('453')
    site.write('templ/m.html', '{% macro x() %}6{% endmacro %}')
    expect(site.render('page')).toBe('456')
    site.write('templ/page.html', '7')
    expect(site.render('page')).toBe('7')
  })

  it('sees every one of many quick edits of the same length', () => {
    const site = makeSite({ 'templ/page.html': '000' })
    for (let i = 100; i < 300; i++) {
      site.write('templ/page.html', String(i))
      expect(site.render('page')).toBe(String(i))
    }
  })

  it('sees a file put in by rename, though its time and length are the same', () => {
    const site = makeSite({ 'templ/page.html': 'old', 'templ/new.html': 'new' })
    const then = new Date('2020-01-01')
    utimesSync(join(site.root, 'templ/page.html'), then, then)
    utimesSync(join(site.root, 'templ/new.html'), then, then)
    expect(site.render('page')).toBe('old')
    renameSync(join(site.root, 'templ/new.html'), join(site.root, 'templ/page.html'))
    expect(site.render('page')).toBe('new')
  })

  it('sees an override come and go, for pages, parents and includes', () => {
    const site = makeSite({
      'apps/blog/templ/page.html':
        '{% extends "./layout" %}{% block b %}{% include "./part" %}{% endblock %}',
      'apps/blog/templ/layout.html': 'L{% block b %}{% endblock %}',
      'apps/blog/templ/part.html': 'P',
    })
    expect(site.render('blog:page')).toBe('LP')
    site.write('templ/blog/part.html', 'p')
    expect(site.render('blog:page')).toBe('Lp')
    site.write('templ/blog/layout.html', 'l{% block b %}{% endblock %}')
    expect(site.render('blog:page')).toBe('lp')
    site.write('templ/blog/page.html', 'own')
    expect(site.render('blog:page')).toBe('own')
    site.remove('templ/blog/page.html')
    expect(site.render('blog:page')).toBe('lp')
    site.remove('templ/blog/part.html')
    site.remove('templ/blog/layout.html')
    expect(site.render('blog:page')).toBe('LP')
  })

  it('sees a missing template come, and a removed one go', () => {
    const site = makeSite({ 'templ/page.html': '{% include "part" ignore missing %}.' })
    expect(site.render('page')).toBe('.')
    site.write('templ/part.html', 'P')
    expect(site.render('page')).toBe('P.')
    site.remove('templ/part.html')
    expect(site.render('page')).toBe('.')
    site.remove('templ/page.html')
    expect(site.fail('page').code).toBe('TAO_TEMPLATE_MISSING')
  })

  // The other thread may get no time at all on a busy machine.
  it(
    'waits for a file that an editor has moved away or emptied before it writes the new one',
    { retry: 3 },
    () => {
      for (const how of ['rmSync(file)', 'writeFileSync(file, "")']) {
        const site = makeSite({ 'templ/page.html': 'old' })
        expect(site.render('page')).toBe('old')
        const state = new Int32Array(new SharedArrayBuffer(4))
        const worker = new Worker(
          `const { rmSync, writeFileSync } = require('node:fs')
         const { workerData: { file, state } } = require('node:worker_threads')
         ${how}
         Atomics.store(state, 0, 1)
         Atomics.notify(state, 0)
         writeFileSync(file, 'new')`,
          { eval: true, workerData: { file: join(site.root, 'templ/page.html'), state } },
        )
        onTestFinished(async () => void (await worker.terminate()))
        Atomics.wait(state, 0, 0)
        expect(site.render('page')).toBe('new')
      }
    },
  )

  it('leaves out a byte order mark', () => {
    const site = makeSite({ 'templ/page.html': '\uFEFFa{% include "part" %}', 'templ/part.html': '\uFEFFb' })
    expect(site.render('page')).toBe('ab')
  })

  it('recovers from a syntax error as soon as it is mended', () => {
    const site = makeSite({ 'templ/page.html': '{% if x %}' })
    expect(site.fail('page').code).toBe('TAO_TEMPLATE_SYNTAX')
    site.write('templ/page.html', 'well')
    expect(site.render('page')).toBe('well')
  })

  it('follows a link whose target changes', () => {
    const site = makeSite({ 'templ/a.html': 'a', 'templ/b.html': 'b' })
    symlinkSync('a.html', join(site.root, 'templ/page.html'))
    expect(site.render('page')).toBe('a')
    site.remove('templ/page.html')
    symlinkSync('b.html', join(site.root, 'templ/page.html'))
    expect(site.render('page')).toBe('b')
  })
})

describe('explain', () => {
  it('tells which code generator a template goes through, and why', () => {
    const site = makeSite({
      'templ/a.html': '{{ x }}',
      'templ/b.html': 'a\n  {% asyncEach x in y %}{% endeach %}',
    })
    expect(site.engine.explain('a')).toMatchObject({
      name: 'a',
      app: undefined,
      generator: 'tao',
      because: [],
    })
    expect(site.engine.explain('b')).toMatchObject({
      generator: 'nunjucks',
      because: [{ what: 'an asynchronous tag or filter', line: 2, column: 6 }],
    })
    const nunjucks = makeSite({ 'templ/a.html': '' }, { generator: 'nunjucks' })
    expect(nunjucks.engine.explain('a')).toMatchObject({ generator: 'nunjucks', because: [] })
  })

  it('runs the tags of extensions, through nunjucks', () => {
    const site = makeSite({
      'templ/a.html': '{% shout %}a{{ x }}{% endshout %}{% include "b" %}',
      'templ/b.html': '{{ x }}',
    })
    site.engine.nunjucks.addExtension('shout', {
      tags: ['shout'],
      parse(parser: any, nodes: any) {
        const token = parser.nextToken()
        parser.advanceAfterBlockEnd(token.value)
        const body = parser.parseUntilBlocks('endshout')
        parser.advanceAfterBlockEnd()
        return new nodes.CallExtension('shout', 'run', null, [body])
      },
      run: (_: unknown, body: () => string) => body().toUpperCase(),
    } as never)
    expect(site.render('a', { x: 'b' })).toBe('ABb')
    expect(site.engine.explain('a').because).toMatchObject([{ what: 'a tag of the extension "shout"' }])
    expect(site.engine.explain('b').generator).toBe('tao')
  })
})

describe('kept in production', () => {
  it('reads each file once, whatever happens to it later', () => {
    const site = makeSite(
      {
        'templ/page.html': '{% extends "layout" %}{% block b %}{% include "part" %}{% endblock %}',
        'templ/layout.html': 'L{% block b %}{% endblock %}',
        'templ/part.html': 'P',
      },
      { cache: true },
    )
    expect(site.render('page')).toBe('LP')
    for (const file of ['page', 'layout', 'part']) site.remove(`templ/${file}.html`)
    expect(site.render('page')).toBe('LP')
  })

  it('does not remember what was missing, so that odd names cannot fill the memory', () => {
    const site = makeSite({ 'templ/x.html': '' }, { cache: true })
    expect(site.engine.has('late')).toBe(false)
    site.write('templ/late.html', 'late')
    expect(site.render('late')).toBe('late')
  })
})
