/* oxlint-disable typescript/restrict-template-expressions -- What letrec ties together has no type of its own. */
import * as fc from 'fast-check'
import type { Templates } from './three.ts'

/*
 * Random templates over a few names, so that scopes meet: everything nunjucks can do synchronously, nested at will.
 * Names are few on purpose, and each of them can be a value, a variable, a loop variable, a macro and an argument.
 */

const NAMES = ['a', 'b', 'c', 'n', 'xs', 'o', 'm', 'k', 'loop', 'nope']
const FILTERS = [
  'upper',
  'safe',
  'e',
  'escape',
  'length',
  'default("d")',
  'join(",")',
  'first',
  'title',
  'trim',
]
const FILES = ['part', 'other', 'lib']
const BLOCKS = ['one', 'two', 'three']

const name = fc.constantFrom(...NAMES)
const variable = fc.constantFrom('a', 'b', 'c', 'k')
const text = fc.constantFrom('x', ' ', '<', '\n', '"&\'', '  y  ')

const { expression } = fc.letrec<{ expression: string; small: string }>((tie) => ({
  small: fc.oneof(
    { depthSize: 'small' },
    name,
    fc.constantFrom('1', '0', '"<s>"', "'q'", 'true', 'none', '[1, "<"]', '{a: 1, b: "<"}', '""', '2.5'),
    fc
      .tuple(name, fc.constantFrom('.a', '["b"]', '.length', '.index', '.last', '.say', '[0]', '[n]'))
      .map((p) => p.join('')),
  ),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('small'),
    fc.tuple(tie('expression'), fc.constantFrom(...FILTERS)).map(([e, f]) => `(${e}) | ${f}`),
    fc
      .tuple(
        tie('small'),
        fc.constantFrom('+', '-', '*', '~', '==', '!=', '<', 'and', 'or', '/', '%'),
        tie('expression'),
      )
      .map((parts) => parts.join(' ')),
    fc.tuple(tie('small'), tie('expression'), tie('small')).map(([x, y, z]) => `(${x} if ${y} else ${z})`),
    fc.tuple(tie('small')).map(([x]) => `not ${x}`),
    fc
      .tuple(name, fc.array(tie('expression'), { maxLength: 3 }))
      .map(([f, args]) => `${f}(${args.join(', ')})`),
    fc.tuple(name, tie('small'), tie('expression')).map(([f, x, y]) => `${f}(${x}, b=${y})`),
    fc.tuple(tie('expression')).map(([x]) => `id(${x})`),
    fc.tuple(tie('small')).map(([x]) => `o.say(${x})`),
    fc
      .tuple(tie('small'), fc.constantFrom('defined', 'odd', 'none', 'escaped'))
      .map(([x, t]) => `(${x}) is ${t}`),
    fc.constantFrom('caller()', 'caller(1)', 'super()', 'see("a")', 'see("c")'),
  ),
}))

interface Pieces {
  piece: string
  body: string
}

const dash = fc.constantFrom('', '', '', '-')

function bodies(includes: string[]): fc.Arbitrary<string> {
  const { body } = fc.letrec<Pieces>((tie) => ({
    body: fc.array(tie('piece'), { maxLength: 5, depthIdentifier: 'body' }).map((all) => all.join('')),
    piece: fc.oneof(
      { depthSize: 'small', maxDepth: 4, depthIdentifier: 'body', withCrossShrink: true },
      text,
      fc.tuple(expression, dash, dash).map(([e, l, r]) => `{{${l} ${e} ${r}}}`),
      fc.tuple(variable, expression).map(([v, e]) => `{% set ${v} = ${e} %}`),
      fc.tuple(variable, tie('body')).map(([v, b]) => `{% set ${v} %}${b}{% endset %}`),
      fc
        .tuple(expression, tie('body'), tie('body'), dash)
        .map(([c, x, y, d]) => `{% if ${c} ${d}%}${x}{%${d} else %}${y}{% endif %}`),
      fc
        .tuple(variable, expression, tie('body'))
        .map(([v, e, b]) => `{% for ${v} in ${e} %}${b}{% endfor %}`),
      fc
        .tuple(variable, tie('body'), tie('body'))
        .map(([v, b, e]) => `{% for ${v} in xs %}${b}{{ loop.index }}{% else %}${e}{% endfor %}`),
      fc
        .tuple(tie('body'), fc.constantFrom('o', 'pairs'))
        .map(([b, l]) => `{% for a, b in ${l} %}${b}{% endfor %}`),
      fc
        .tuple(
          fc.constantFrom('m', 'k'),
          fc.constantFrom('', 'a', 'a, b', 'a, b=1', 'c="<", b=a'),
          tie('body'),
        )
        .map(([m, args, b]) => `{% macro ${m}(${args}) %}${b}{% endmacro %}`),
      fc
        .tuple(
          fc.constantFrom('m', 'k', 'id', 'lib.m'),
          fc.constantFrom('', '(a)', '(b, c=2)'),
          expression,
          tie('body'),
        )
        .map(([m, args, e, b]) => `{% call${args} ${m}(${e}) %}${b}{% endcall %}`),
      fc
        .tuple(fc.constantFrom('upper', 'safe', 'trim'), tie('body'))
        .map(([f, b]) => `{% filter ${f} %}${b}{% endfilter %}`),
      fc
        .tuple(expression, tie('body'), tie('body'))
        .map(([e, x, y]) => `{% switch ${e} %}{% case 1 %}${x}{% case a %}{% default %}${y}{% endswitch %}`),
      fc.constantFrom('{% raw %}{{ a }}{% endraw %}', '{# c #}', '{%- if a -%} z {%- endif -%}'),
      ...(includes.length === 0
        ? []
        : [
            fc.constantFrom(...includes).map((file) => `{% include "${file}" %}`),
            fc
              .tuple(fc.constantFrom(...includes), fc.constantFrom('', ' with context'))
              .map(([file, how]) => `{% import "${file}" as lib${how} %}`),
            fc
              .tuple(
                fc.constantFrom(...includes),
                fc.constantFrom('m', 'k', 'a'),
                fc.constantFrom('', ' with context'),
              )
              .map(([file, what, how]) => `{% from "${file}" import ${what} as k${how} %}`),
          ]),
    ),
  }))
  return body
}

/** Bodies with blocks between them; each block once, since a second one is an error. */
function withBlocks(includes: string[], start: string): fc.Arbitrary<string> {
  const body = bodies(includes)
  return fc
    .tuple(
      fc.subarray(BLOCKS),
      fc.array(body, { minLength: 4, maxLength: 4 }),
      fc.array(body, { minLength: 3, maxLength: 3 }),
    )
    .map(([blocks, between, inside]) => {
      const written = blocks.map(
        (block, i) => `{% block ${block} %}${inside[i]}{% endblock %}${between[i + 1]}`,
      )
      return start + between[0] + written.join('')
    })
}

/** A few templates that include, import and extend each other without circles; rendered from `page`. */
export const someTemplates: fc.Arbitrary<Templates> = fc.record({
  page: fc
    .constantFrom('', '{% extends "base" %}', '{% extends "mid" %}')
    .chain((start) => withBlocks(FILES, start)),
  mid: withBlocks(FILES, '{% extends "base" %}'),
  base: withBlocks(['part', 'lib'], ''),
  part: bodies(['other', 'lib']),
  other: bodies(['lib']),
  lib: bodies([]).map(
    (body) => `{% macro m(a, b=n) %}[{{ a }}{{ caller() if caller else "-" }}]{% endmacro %}${body}`,
  ),
})
