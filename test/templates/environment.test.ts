import nunjucks from 'nunjucks'
import { describe, expect, it } from 'vitest'
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
})
