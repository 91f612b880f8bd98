import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import nunjucks from 'nunjucks'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createTemplateEngine,
  loadBuiltTemplates,
  precompileTemplates,
  type TemplateEngine,
} from '../../src/templates/index.ts'
import { makeSite } from './site.ts'

describe('what else nunjucks’ environment can do', () => {
  it('takes a template itself for a name', () => {
    const site = makeSite({
      'templ/child.html': 'x{% extends given %}{% block b %}mine{% endblock %}',
      'templ/part.html': '[{% include given %}]',
      'templ/names.html': '{% from given import m %}{{ m() }}',
      'templ/layout.html': '<{% block b %}{% endblock %}>{% macro m() %}M{% endmacro %}',
    })
    const makers = [
      () => site.engine.nunjucks.getTemplate('layout'),
      () =>
        new nunjucks.Template(
          '<{% block b %}{% endblock %}>{% macro m() %}M{% endmacro %}',
          new nunjucks.Environment(null),
        ),
    ]
    for (const make of makers) {
      expect(site.render('child', { given: make() })).toBe('<mine>')
      expect(site.render('part', { given: make() })).toBe('[<>]')
      expect(site.render('names', { given: make() })).toBe('M')
    }
  })

  it('tells of the templates it loads', () => {
    const site = makeSite({ 'templ/a.html': '{% include "blog:b" %}', 'apps/blog/templ/b.html': 'b' })
    const loaded: unknown[] = []
    site.engine.nunjucks.on('load', (name, source) => loaded.push([name, source]))
    site.render('a')
    site.render('a')
    const { file: a } = site.engine.resolve('a')
    const { file: b } = site.engine.resolve('blog:b')
    expect(loaded).toEqual([
      ['a', { src: '{% include "blog:b" %}', path: a, noCache: false }],
      ['blog:b', { src: 'b', path: b, noCache: false }],
    ])
  })

  it('waits for asynchronous filters when it is called with a callback', async () => {
    const site = makeSite(
      {
        'templ/late.html': '{{ x | later }}',
        'templ/include.html': '[{% include "late" %}]',
        'templ/block.html': '{% extends "layout" %}{% block b %}{{ super() }}{{ x | later }}{% endblock %}',
        'templ/parent.html': '{% extends "late-layout" %}{% block b %}mine{% endblock %}',
        'templ/layout.html': '<{% block b %}theirs{% endblock %}>',
        'templ/late-layout.html': '{{ x | later }}<{% block b %}{% endblock %}>{% include "late" %}',
        'templ/import.html': '{% import "macros" as m %}{{ m.m() }}{{ m.set }}',
        'templ/macros.html': '{% macro m() %}M{% endmacro %}{% set set = "s" | later %}',
        'templ/each.html': '{% asyncEach i in [1, 2] %}{{ i }}{% include "include" %}{% endeach %}',
        'templ/fails.html': '{{ x | later }}\n[{% include "failing" %}{% include "failing" %}]',
        'templ/failing.html': 'x\n {{ nope() }}',
        'templ/lost.html': '{{ x | later }}\n{% include "nowhere" %}',
      },
      { cache: true },
    )
    const { nunjucks: env } = site.engine
    env.addFilter(
      'later',
      (text: string, cb: (error: unknown, text: string) => void) =>
        void setImmediate(() => cb(null, `${text}!`)),
      true,
    )
    const render = async (name: string): Promise<unknown> =>
      new Promise((resolve) => {
        env.render(name, { x: '<' }, (error, text) => resolve(error ?? text))
      })
    expect(await render('late')).toBe('&lt;!')
    expect(await render('include')).toBe('[&lt;!]')
    expect(await render('block')).toBe('<theirs&lt;!>')
    expect(await render('parent')).toBe('&lt;!<mine>&lt;!')
    expect(await render('import')).toBe('Ms!')
    expect(await render('each')).toBe('1[&lt;!]2[&lt;!]')
    expect(await render('fails')).toMatchObject({
      code: 'TAO_TEMPLATE_RENDER',
      place: { file: site.engine.resolve('failing').file, line: 2, column: 5 },
    })
    expect(await render('lost')).toMatchObject({ code: 'TAO_TEMPLATE_MISSING' })
    // Pages are rendered at once, with what is needed for that.
    expect(site.engine.explain('include').generator).toBe('tao')
    expect(() => site.render('include', { x: 1 })).toThrow('cannot be used in a page')
    expect(site.render('layout')).toBe('<theirs>')
  })

  it.each(['before', 'after'])(
    'has the Jinja mode of nunjucks when it is installed %s it was made',
    (when) => {
      const install = (): void => {
        // The type leaves out that it gives back how to undo it.
        const undo = nunjucks.installJinjaCompat() as unknown as () => void
        onTestFinished(undo)
      }
      if (when === 'before') install()
      const site = makeSite({
        'templ/page.html':
          '{{ True }}{{ None is none }}|{{ list[:2] }}|{{ list.count(1) }}|{{ map.get("b", 2) }}{% include "part" %}',
        'templ/part.html': '|{% for k, v in map.items() %}{{ k }}{{ v }}{% endfor %}',
      })
      if (when === 'after') install()
      expect(site.render('page', { list: [1, 3, 1], map: { a: 1 } })).toBe('truetrue|1,3|2|2|a1')
      expect(site.engine.explain('part')).toMatchObject({
        generator: 'nunjucks',
        because: [{ what: 'the Jinja mode of nunjucks' }],
      })
    },
  )

  const LAYOUT =
    '<ul>\n  {% for x in list %}\n    {{ x }}\n  {% endfor %}\n</ul>{{ nope }}|{{ m.nope }}{% include "part" %}'
  it.each([
    { throwOnUndefined: true },
    { throwOnUndefined: true, autoescape: false },
    { autoescape: false },
    { trimBlocks: true },
    { lstripBlocks: true },
    { trimBlocks: true, lstripBlocks: true, dev: true },
    { dev: true },
    { tags: { blockStart: '<%', blockEnd: '%>', variableStart: '<$', variableEnd: '$>' } },
  ])('takes its options: %j', (options) => {
    const templates: Record<string, string> = {
      page: LAYOUT,
      part: '\n  {% if x is undefined %}\n"{{ list }}"{% endif %}{{ "<b>" }}{{ "<i>" | safe }}',
      sound: '{% for x in list %}\n{{ x }}{% endfor %}{% set y %}<{{ list }}>{% endset %}{{ y }}{# c #}\n',
      own: '<% for x in list %><$ x $>{{ x }}<% endfor %>',
      member: '{{ m.nope }}',
      null: 'a\n{{ nul }}',
      sorted: '{{ [m] | sort(false, false, "a.nope") }}',
      macro: '{% macro f(a) %}{{ a }}{% endmacro %}{{ f() }}',
    }
    const files = Object.entries(templates).map(([name, text]) => [`templ/${name}.html`, text])
    const site = makeSite(Object.fromEntries(files), { cache: true })
    Object.assign(site.engine.nunjucks.opts, options)
    const loader = { getSource: (name: string) => ({ src: templates[name]!, path: name, noCache: false }) }
    const theirs = new nunjucks.Environment(loader, { ...options })
    const outcome = (render: () => string): string => {
      try {
        return `text: ${render()}`
      } catch (error) {
        const { cause, message } = error as Error & { cause?: Error }
        // nunjucks has the template and the place, which here are the error's, in the lines before.
        return `error: ${(cause?.message ?? message)
          .split('\n')
          .at(-1)!
          .replace(/^\s*(\w*Error: )*/, '')}`
      }
    }
    const context = { list: [1, '<', null], m: { a: {} }, nul: null }
    for (const name of Object.keys(templates)) {
      const ours = outcome(() => site.render(name, context))
      expect([name, ours]).toEqual([name, outcome(() => theirs.render(name, context))])
    }
    expect(site.engine.explain('page').generator).toBe('throwOnUndefined' in options ? 'nunjucks' : 'tao')
  })

  it('takes them over what a build has compiled without them', () => {
    const site = makeSite({ 'templ/page.html': '{% if t %}\n{{ x }}{% endif %}' })
    const folders = { siteFolder: join(site.root, 'templ'), apps: [] }
    const file = join(site.root, 'templates.cjs')
    writeFileSync(file, precompileTemplates({ ...folders, env: site.engine.nunjucks }).code)
    const ready = loadBuiltTemplates(file, folders)
    const built = (options: object): TemplateEngine => {
      const engine = createTemplateEngine({
        ...folders,
        extensions: ['.html'],
        globals: {},
        filters: {},
        cache: true,
        ready,
      })
      Object.assign(engine.nunjucks.opts, options)
      return engine
    }
    expect(built({}).render('page', { t: 1, x: 1 })).toBe('\n1')
    expect(built({ trimBlocks: true }).render('page', { t: 1, x: 1 })).toBe('1')
    expect(() => built({ throwOnUndefined: true }).render('page', { t: 1 })).toThrow('undefined value')
    // A build leaves them to the time when the site runs, and says so.
    site.engine.nunjucks.opts.lstripBlocks = true
    expect(precompileTemplates({ ...folders, env: site.engine.nunjucks })).toMatchObject({
      count: 0,
      interpreted: [{ because: [{ what: 'the option lstripBlocks of nunjucks' }] }],
    })
  })

  it('throws for what is undefined at the place of it', () => {
    const site = makeSite({
      'templ/page.html': 'a\n  {{ n }}{% include "part" %}',
      'templ/part.html': 'b\n {{ nope.x }}',
    })
    site.engine.nunjucks.opts.throwOnUndefined = true
    expect(site.fail('page', { n: 1 }).message).toContain('attempted to output null or undefined value')
    expect(site.failPlace('page', { n: 1 })).toBe('templ/part.html 2:5')
    expect(site.render('part', { nope: { x: 1 } })).toBe('b\n 1')
  })
})
