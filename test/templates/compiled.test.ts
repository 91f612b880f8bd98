import * as fc from 'fast-check'
import nunjucks from 'nunjucks'
import { describe, expect, it, vi } from 'vitest'
import { BATTERY } from './battery.ts'
import { someTemplates } from './random.ts'
import { makeThree, type Engines, type Extras, type Templates } from './three.ts'

const marked = (text: string): unknown => new nunjucks.runtime.SafeString(text)

/** New for each render: some of it changes while it is used. */
function makeContext(): Record<string, unknown> {
  return {
    n: 7,
    nul: null,
    t: true,
    f: false,
    nan: NaN,
    neg: -1.5,
    big: 1e21,
    evil: `<a href="x" class='y'>&\\</a>`,
    marked: marked('<b> ok</b>'),
    list: [1, 2, 3],
    key: 'index',
    sym: Symbol('s'),
    fn: (x: unknown) => `fn${String(x)}`,
    date: new Date(0),
    shown: { toString: () => '<shown>' },
    bare: Object.create(null),
    failing: {
      toString() {
        throw new Error('no text')
      },
    },
    obj: {
      a: { b: 1 },
      say(this: { name: string }) {
        return this.name
      },
      name: '<obj>',
      make: (x: number) => ({ say: () => `made${x}` }),
      fail() {
        throw new RangeError('failed')
      },
    },
    obj2: { x: 1, y: '<', z: null },
    counter: {
      count: 0,
      up(this: { count: number }) {
        return ++this.count
      },
    },
    pairs: [
      ['a', 1],
      ['b', 2],
    ],
    map: new Map([
      ['k', 1],
      ['l', 2],
    ]),
    set: new Set(['p', 'q']),
    gen: function* gen() {
      yield 1
      yield 2
    },
    growing: [1, 2],
    people: [
      { name: 'Zoe', age: 3 },
      { name: 'Al', age: 3 },
      { name: 'Mo', age: 4 },
    ],
    tree1: {
      v: 1,
      kids: [
        { v: 2, kids: [{ v: 4, kids: [] }] },
        { v: 3, kids: [] },
      ],
    },
    shadowed: 'value',
    hidden: undefined,
  }
}

const extras: Extras = {
  globals() {
    let kept: unknown
    return {
      glob: '<global>',
      shadowed: 'global',
      hidden: 'global',
      id: (x: unknown) => x,
      boom() {
        throw new TypeError('boom')
      },
      keep(x: unknown) {
        kept = x
        return ''
      },
      kept: () => kept,
      see(this: { ctx: Record<string, unknown> }, name: string) {
        return this.ctx[name]
      },
      kw: (...args: unknown[]) => args,
    }
  },
  filters: {
    ctx(this: { lookup(name: string): unknown }, _: unknown, name: string) {
      return this.lookup(name)
    },
    kws: (...args: unknown[]) => JSON.stringify(args),
    bold: (x: unknown) => marked(`<b>${String(x)}</b>`),
    bad() {
      throw new TypeError('bad')
    },
  },
}

function allOurs(three: Engines, templates: Templates): boolean {
  return Object.keys(templates).every((name) => {
    try {
      return three.explain(name).generator === 'tao'
    } catch {
      return false
    }
  })
}

/** Runs with functions that do not show their source: it is another in each engine. */
function withoutSources<T>(run: () => T): T {
  const shown = vi.spyOn(Function.prototype, 'toString').mockReturnValue('a function')
  try {
    return run()
  } finally {
    shown.mockRestore()
  }
}

describe('our code generator does what nunjucks does', () => {
  it.each(Object.entries(BATTERY))('%s', (_, given) => {
    const templates: Templates = typeof given === 'string' ? { page: given } : given
    const three = makeThree(templates, extras)
    const compiled = three.compiled('page', makeContext())
    const tracked = three.tracked('page', makeContext())
    expect(compiled).toEqual(tracked)
    // nunjucks throws some of its errors past its caller, into the event loop.
    if (compiled.text !== undefined) expect(three.pristine('page', makeContext())).toEqual(compiled)
    // And once more, now that everything is bound.
    expect(three.compiled('page', makeContext())).toEqual(compiled)
  })

  it.each([
    ['an include in the else of a loop', '{% for x in [] %}{% else %}{% include "part" %}{% endfor %}', 'P7'],
    [
      'an import in a switch',
      '{% switch n %}{% case 7 %}{% import "lib" as l %}{{ l.m(1) }}{% endswitch %}',
      '<1>',
    ],
    ['an import in an if, used after it', '{% if t %}{% import "lib" as l %}{% endif %}{{ l.m(1) }}', '<1>'],
    [
      'a block in the else of a loop',
      '{% for x in [] %}{% else %}{% block b %}B{% endblock %}{% endfor %}',
      'B',
    ],
  ])('and works where nunjucks makes code that cannot run: %s', (_, page, text) => {
    const three = makeThree(
      { page, part: 'P{{ n }}', lib: '{% macro m(x) %}<{{ x }}>{% endmacro %}' },
      extras,
    )
    expect(three.compiled('page', makeContext())).toEqual({ text })
    expect(three.tracked('page', makeContext()).error).toBeDefined()
  })

  it('leaves little to nunjucks, and says what', () => {
    const left = Object.entries(BATTERY).flatMap(([title, given]) => {
      const templates = typeof given === 'string' ? { page: given } : given
      const three = makeThree(templates, extras)
      return Object.keys(templates).flatMap((name) => {
        try {
          const { generator, because } = three.explain(name)
          return generator === 'tao' ? [] : [`${title} (${name}): ${because[0]?.what}`]
        } catch {
          return []
        }
      })
    })
    expect(left).toEqual([
      'asyncEach (page): an asynchronous tag or filter',
      'a loop variable called loop (page): a loop variable that is not a plain name, or is named "loop"',
      'uncovered include in covered, and the other way (odd): an asynchronous tag or filter',
      'uncovered parent of covered (odd): an asynchronous tag or filter',
      'covered parent of uncovered (page): an asynchronous tag or filter',
      'uncovered import (odd): an asynchronous tag or filter',
      'an error through both (odd): an asynchronous tag or filter',
      'an error through both, the other way (page): an asynchronous tag or filter',
      'an error through both, the other way (odd): an asynchronous tag or filter',
    ])
  })

  it('on random templates too', () => {
    fc.assert(
      fc.property(someTemplates, (templates) => {
        const context = (): Record<string, unknown> => ({
          a: '<a>',
          n: 2,
          xs: [1, '<', null],
          pairs: [['p', 1], ['q']],
          o: { a: 1, b: marked('<b>'), say: (x: unknown) => `said ${String(x)}` },
        })
        const globals = (): Record<string, unknown> => ({
          id: (x: unknown) => x,
          see(this: { ctx: Record<string, unknown> }, name: string) {
            const value = this.ctx[name]
            return typeof value === 'function' ? 'f' : value
          },
        })
        const three = makeThree(templates, { globals })
        const { compiled, tracked, pristine } = withoutSources(() => {
          const ours = three.compiled('page', context())
          return {
            compiled: ours,
            tracked: three.tracked('page', context()),
            // nunjucks throws some of its errors past its caller, into the event loop.
            pristine: ours.text === undefined ? ours : three.pristine('page', context()),
          }
        })
        // nunjucks makes invalid code of an include, import or block in a switch or in a loop's else.
        if (tracked.error?.chain[0]?.includes('undefined')) return
        // And it cannot use an import outside of the condition it was made in.
        if (/ t_\d+ is not defined/.test(tracked.error?.message ?? '')) return
        // A stack ends where it ends.
        if (JSON.stringify([compiled, tracked]).includes('call stack')) return
        if (compiled.error !== undefined && !allOurs(three, templates)) {
          // Where both generators have a part in it, the places further out may differ.
          compiled.error.chain.length = 1
          if (tracked.error !== undefined) tracked.error.chain.length = 1
        }
        expect(compiled).toEqual(tracked)
        expect(pristine.text).toBe(compiled.text)
      }),
      { numRuns: Number(process.env['TAO_RUNS'] ?? 400), ...(process.env['TAO_RUNS'] ? {} : { seed: 6 }) },
    )
  })
})
