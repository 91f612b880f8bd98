import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeSite } from './site.ts'

const boom = (): never => {
  throw new TypeError('boom')
}

describe('a missing template', () => {
  it('lists where it was looked for and the nearest names', () => {
    const site = makeSite({
      'templ/x.html': '',
      'apps/blog/templ/index.html': '',
      'apps/shop/templ/list.html': '',
    })
    const error = site.fail('blog:indx')
    expect(error.code).toBe('TAO_TEMPLATE_MISSING')
    expect(error.details?.['looked']).toEqual([
      ...['.html', '.njk', '.tpl'].map((end) => join(site.root, `templ/blog/indx${end}`)),
      ...['.html', '.njk', '.tpl'].map((end) => join(site.root, `apps/blog/templ/indx${end}`)),
    ])
    expect(error.message).toContain(join(site.root, 'apps/blog/templ/indx.html'))
    expect(error.hint).toBe('Did you mean "blog:index"?')
  })

  it('says when it is the app that does not exist', () => {
    const site = makeSite({ 'apps/blog/templ/index.html': '' })
    const error = site.fail('blgo:index')
    expect(error.message).toBe('There is no template "blgo:index": there is no app "blgo"')
    expect(error.hint).toBe('Did you mean "blog:index"?')
  })

  it('points to the tag that asked for it', () => {
    const site = makeSite({
      'templ/page.html': 'a\n  {% include "prat" %}',
      'templ/kid.html': '\n\n{% extends "layuot" %}',
      'templ/imp.html': '{% import "m" as m %}',
      'templ/part.html': '',
      'templ/layout.html': '',
    })
    expect(site.failPlace('page')).toBe('templ/page.html 2:14')
    expect(site.fail('page').hint).toBe('Did you mean "part"?')
    expect(site.failPlace('kid')).toBe('templ/kid.html 3:12')
    expect(site.failPlace('imp')).toBe('templ/imp.html 1:11')
  })

  it('inside an app, explains that a bare name is the site’s', () => {
    const site = makeSite({
      'apps/blog/templ/index.html': '{% include "row" %}',
      'apps/blog/templ/row.html': '',
    })
    expect(site.fail('blog:index').hint).toBe(
      'A name without an app is the site\'s. Did you mean "blog:row"?',
    )
  })

  it('H2 a name from a value cannot pick a path either', () => {
    const site = makeSite({ 'templ/page.html': '{% include name %}', 'secret.html': 'secret' })
    for (const name of [
      '../secret',
      '../secret.html',
      join(site.root, 'secret'),
      './../secret',
      'a\0',
      5,
      null,
    ]) {
      expect(site.fail('page', { name })).toMatchObject({ code: 'TAO_TEMPLATE_NAME' })
      expect(site.failPlace('page', { name })).toBe('templ/page.html 1:12')
    }
  })
})

describe('a syntax error', () => {
  it.each([
    [
      'an unknown tag, with the one meant',
      'a\n{% inclued "x" %}',
      '2:4',
      /no tag {% inclued %}/,
      /"include"/,
    ],
    [
      'an if without its end, where the if stands',
      'a\n {% if x %}\nb\n',
      '2:5',
      /end tag is missing/,
      undefined,
    ],
    ['the innermost tag left open', '{% for a in b %}\n{% if x %}\nb', '2:4', /{% if %}/, undefined],
    ['a block without its end', '\n{% block b %}', '2:4', /{% block %}/, undefined],
    ['a missing operand', 'a\n{{ 1 + }}', '2:8', /unexpected token: }}/, undefined],
    ['an open print', '{{ a', '1:5', /./, undefined],
    ['an open tag', 'a\n{% for', '2:4', /{% for %}/, undefined],
    ['an open comment', 'a\n{# b', '2:6', /comment/, undefined],
    ['a stray comment end', 'a\nb #} c', '2:3', /comment/, undefined],
    [
      'a block told twice',
      '{% block a %}{% endblock %}\n{% block a %}{% endblock %}',
      '2:4',
      /twice|more than once/,
    ],
    ['a wrong end', '{% if a %}\n{% endfor %}', '2:4', /endfor/],
  ])('shows %s', (_, text, place, message, hint?: RegExp) => {
    const site = makeSite({ 'templ/page.html': text })
    const error = site.fail('page')
    expect(error).toMatchObject({ code: 'TAO_TEMPLATE_SYNTAX', message: expect.stringMatching(message) })
    expect(site.failPlace('page')).toBe(`templ/page.html ${place}`)
    expect(error.message).not.toMatch(/parse[A-Z]|advanceAfter/)
    if (hint) expect(error.hint).toMatch(hint)
  })

  it('is shown in the file that has it, not in the one that includes it', () => {
    const site = makeSite({
      'templ/page.html': 'x\n{% include "part" %}',
      'templ/part.html': '\n\n{% if %}',
      'templ/kid.html': '{% extends "base" %}',
      'templ/base.html': '\n{{ a b }}',
    })
    expect(site.failPlace('page')).toBe('templ/part.html 3:7')
    expect(site.fail('page').details?.['chain']).toMatchObject([
      { name: 'part', line: 3 },
      { name: 'page', line: 2, column: 12 },
    ])
    expect(site.failPlace('kid')).toBe('templ/base.html 2:6')
  })
})

describe('an error while rendering', () => {
  it.each([
    ['a call of nothing', 'a\n {{ nope() }}', '2:5', 'Unable to call `nope`, which is undefined or falsey'],
    [
      'a call of a missing method',
      '\n{{ o.nope(1) }}',
      '2:4',
      'Unable to call `o["nope"]`, which is undefined or falsey',
    ],
    ['a call of no function', '{{ o() }}', '1:4', 'Unable to call `o`, which is not a function'],
    ['a missing filter', 'a\nb {{ o | nope }}', '2:10', 'filter not found: nope'],
    ['a missing filter block', 'a\n{% filter nope %}{% endfilter %}', '2:11', 'filter not found: nope'],
    ['a missing test', '{{ o is nope }}', '1:4', 'test not found: nope'],
    ['a throwing global', 'a\n\n  {{ boom() }}', '3:6', 'boom'],
    ['a throwing filter', 'a {{ "x" | bad }}', '1:12', 'boom'],
    ['the outer call after the inner', '{{ boom(ok(\n1), ok(2)) }}', '1:4', 'boom'],
    ['the filter after its arguments', '{{ "x"\n | bad(ok(1)) }}', '2:4', 'boom'],
    ['a condition', 'a\n{% if boom() %}{% endif %}', '2:7', 'boom'],
    ['a later condition', '{% if 0 %}\n{% elif boom() %}{% endif %}', '2:9', 'boom'],
    ['a loop', 'a\n{% for a in boom() %}{% endfor %}', '2:13', 'boom'],
    ['a loop’s body', '{% for a in [1] %}\n{{ boom() }}{% endfor %}', '2:4', 'boom'],
    ['a set', '\n{% set x = boom() %}', '2:12', 'boom'],
    ['a set block', '{% set x %}\n{{ boom() }}{% endset %}', '2:4', 'boom'],
    ['a switch', '\n{% switch boom() %}{% case 1 %}{% endswitch %}', '2:11', 'boom'],
    ['a case', '{% switch 1 %}\n{% case boom() %}{% endswitch %}', '2:9', 'boom'],
    ['a macro', '{% macro m() %}\n{{ boom() }}{% endmacro %}\n\n{{ m() }}', '2:4', 'boom'],
    [
      'a caller',
      '{% macro m() %}{{ caller() }}{% endmacro %}\n{% call m() %}\n{{ boom() }}{% endcall %}',
      '3:4',
      'boom',
    ],
    ['after a macro', '{% macro m() %}\n\n{% endmacro %}{{ ok(m()) }}{{ boom() }}', '3:31', 'boom'],
    ['a block', 'a\n{% block b %}\n{{ boom() }}{% endblock %}', '3:4', 'boom'],
    ['after a block', '{% block b %}\n\n{{ 1 }}{% endblock %}\n{{ boom() }}', '4:4', 'boom'],
    ['a getter', 'a\n{{ g.bad }}', '2:4', 'boom'],
    [
      'an impossible in',
      '\n{{ 1 in 5 }}',
      '2:4',
      'Cannot use "in" operator to search for "1" in unexpected types.',
    ],
    [
      'a super without a parent',
      'a\n{% block b %}\n{{ super() }}{% endblock %}',
      '3:4',
      'no super block available for "b"',
    ],
    [
      'an endless macro',
      '\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
      '2:19',
      'Maximum call stack size exceeded',
    ],
  ])('shows %s', (_, text, place, why) => {
    const bad = boom
    const g = {
      get bad(): never {
        return boom()
      },
    }
    const site = makeSite(
      { 'templ/page.html': text },
      { filters: { bad }, globals: { boom, ok: (x: unknown) => x } },
    )
    expect(site.fail('page', { o: {}, g })).toMatchObject({
      code: 'TAO_TEMPLATE_RENDER',
      message: `The template "page" failed: ${why}`,
    })
    expect(site.failPlace('page', { o: {}, g })).toBe(`templ/page.html ${place}`)
  })

  it.each([
    [
      'an included template',
      { page: '\n{% include "part" %}', part: 'a\n\n{{ boom() }}' },
      'part 3:4',
      'page 2:12',
    ],
    [
      'after an include',
      { page: '{% include "part" %}\n{{ boom() }}', part: '\n\n\n{{ 1 }}' },
      'page 2:4',
      '',
    ],
    [
      'an imported macro',
      { page: '{% import "m" as m %}\n{{ m.x() }}', m: '{% macro x() %}\n\n{{ boom() }}{% endmacro %}' },
      'm 3:4',
      'page 2:4',
    ],
    [
      'an imported template',
      { page: '\n{% from "m" import x %}', m: '\n{{ boom() }}{% macro x() %}{% endmacro %}' },
      'm 2:4',
      'page 2:9',
    ],
    ['a parent', { page: '\n{% extends "base" %}', base: 'a\n\n{{ boom() }}' }, 'base 3:4', 'page 2:12'],
    [
      'a block of the page, called by the parent',
      {
        page: '{% extends "base" %}\n{% block b %}\n{{ boom() }}{% endblock %}',
        base: '\n\n{% block b %}{% endblock %}',
      },
      'page 3:4',
      'base 3:4',
    ],
    [
      'the parent after a block of the page',
      {
        page: '{% extends "base" %}\n{% block b %}\n{{ 1 }}{% endblock %}',
        base: '\n{% block b %}{% endblock %}\n{{ boom() }}',
      },
      'base 3:4',
      'page 1:12',
    ],
    [
      'the parent’s block, called by super',
      {
        page: '{% extends "base" %}\n{% block b %}\n{{ super() }}{% endblock %}',
        base: '\n\n\n{% block b %}{{ boom() }}{% endblock %}',
      },
      'base 4:17',
      'page 3:4',
    ],
    [
      'a name that is not exported',
      { page: '{% from "m" import\n y %}', m: '{% macro x() %}{% endmacro %}' },
      'page 2:2',
      '',
    ],
    [
      'a deep chain',
      { page: '{% include "a" %}', a: '\n{% include "b" %}', b: '\n\n{% include "c" %}', c: '{{ boom() }}' },
      'c 1:4',
      'b 3:12 a 2:12 page 1:12',
    ],
  ])('shows %s', (_, texts, place, others) => {
    const files = Object.entries(texts).map(([name, text]) => [`templ/${name}.html`, text])
    const site = makeSite(Object.fromEntries(files), { globals: { boom } })
    const error = site.fail('page')
    const chain = error.details!['chain'] as { name: string; file: string; line: number; column: number }[]
    const told = chain.map(({ name, line, column }) => `${name} ${line}:${column}`)
    expect(told[0]).toBe(place)
    if (others !== '') expect(told.slice(1).join(' ')).toContain(others)
    expect(error.place).toEqual({ file: chain[0]!.file, line: chain[0]!.line, column: chain[0]!.column })
  })

  it('keeps what a global threw as the cause, whatever it is', () => {
    class NotFound extends Error {
      readonly status = 404
    }
    const thrown = new NotFound('No such post')
    const values: unknown[] = [thrown, 'text', null, undefined, { status: 418 }]
    for (const value of values) {
      const site = makeSite(
        { 'templ/page.html': '{% include "part" %}', 'templ/part.html': '{{ stop() }}' },
        {
          globals: {
            stop() {
              throw value
            },
          },
        },
      )
      const error = site.fail('page')
      expect(error.cause).toBe(value)
      expect(site.failPlace('page')).toBe('templ/part.html 1:4')
    }
  })

  it('a page rendered inside another keeps its own place', () => {
    const site = makeSite(
      { 'templ/page.html': '\n{{ part("inner") }}', 'templ/inner.html': '\n\n{{ boom() }}' },
      { globals: { boom, part: (name: string): string => site.engine.render(name, {}) } },
    )
    const error = site.fail('page')
    expect(site.failPlace('page')).toBe('templ/inner.html 3:4')
    expect(error.details?.['chain']).toMatchObject([
      { name: 'inner', line: 3, column: 4 },
      { name: 'page', line: 2, column: 4 },
    ])
    expect(error.cause).toMatchObject({ message: 'boom' })
  })

  it('suggests the name that was meant', () => {
    const site = makeSite({
      'templ/call.html': '{{ urll("x") }}',
      'templ/filter.html': '{{ "x" | uper }}',
      'templ/test.html': '{{ "x" is definde }}',
      'templ/import.html': '{% from "m" import rwo %}',
      'templ/m.html': '{% macro row() %}{% endmacro %}',
    })
    site.engine.nunjucks.addGlobal('url', () => '')
    expect(site.fail('call').hint).toBe('Did you mean "url"?')
    expect(site.fail('filter').hint).toContain('"upper"')
    expect(site.fail('test').hint).toBe('Did you mean "defined"?')
    expect(site.fail('import').hint).toBe('Did you mean "row"?')
  })

  it('leaves the next render as if nothing had happened', () => {
    const site = makeSite(
      { 'templ/page.html': '{% include "part" %}', 'templ/part.html': '\n{{ f() }}' },
      { globals: { f: 1 } },
    )
    expect(site.failPlace('page')).toBe('templ/part.html 2:4')
    site.engine.nunjucks.addGlobal('f', () => 'fine')
    expect(site.render('page')).toBe('\nfine')
    site.engine.nunjucks.addGlobal('f', boom)
    expect(site.failPlace('page')).toBe('templ/part.html 2:4')
    expect((site.fail('page').details!['chain'] as unknown[]).length).toBe(2)
  })

  it('names a template that includes or extends itself without an end', () => {
    const site = makeSite({
      'templ/a.html': '{% include "b" %}',
      'templ/b.html': '{% include "a" %}',
      'templ/x.html': '{% extends "y" %}',
      'templ/y.html': '{% extends "x" %}',
      'templ/self.html': '{% extends "self" %}',
    })
    expect(site.fail('a').hint).toMatch(/without an end/)
    expect(site.fail('x').hint).toMatch(/without an end/)
    expect(site.fail('self').message).toMatch(/no template "self"/)
  })

  it.each(['tao', 'nunjucks'] as const)(
    'ends an endless recursion in loops, with the code of %s',
    (generator) => {
      const site = makeSite(
        {
          'templ/include.html': '{% for x in [1, 2, 3] %}{% include "include" %}{% endfor %}',
          'templ/import.html': '{% for x in [1, 2, 3] %}{% import "import" as i with context %}{% endfor %}',
          'templ/missing.html':
            '{% for x in many %}{% include "missing" + x ignore missing %}{% include "nope" %}{% endfor %}',
        },
        { generator },
      )
      expect(site.fail('include').hint).toMatch(/without an end/)
      expect(site.fail('import').hint).toMatch(/without an end/)
      expect(site.failPlace('missing', { many: [1, 2, 3] })).toBe('templ/missing.html 1:73')
    },
  )

  it('refuses what only works asynchronously', () => {
    const site = makeSite({ 'templ/page.html': '{{ 1 | later }}' })
    site.engine.nunjucks.addFilter('later', (_: unknown, cb: () => void) => setImmediate(cb), true)
    expect(site.fail('page').message).toMatch(/asynchronous/)
  })
})
