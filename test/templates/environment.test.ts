import nunjucks from 'nunjucks'
import { describe, expect, it, onTestFinished } from 'vitest'
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
})
