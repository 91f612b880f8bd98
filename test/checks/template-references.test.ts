import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { templateReferences } from '../../src/checks/template-references.ts'

const names = (text: string): string[] =>
  templateReferences('x', text).map(({ kind, name }) => `${kind} ${name}`)

test('marks of an end inside strings, comments and raw text do not confuse it', () => {
  expect(
    names(
      `{{ "}}" | a }}{# {{ x | no }} #}{% raw %}{{ x | no }}{% endraw %}{%- verbatim -%}{{ x | no }}{%- endverbatim -%}{{ '%}' | b }}`,
    ),
  ).toEqual(['filter a', 'filter b'])
})

test('what is written in the text between tags is not looked at', () => {
  expect(names(`<a onclick="url('no')">don't | no</a>{{ url('yes') }}`)).toEqual(['url yes'])
})

test('all kinds of statements and places of expressions are seen', () => {
  expect(
    names(`{% extends "a" %}{%- include 'b' -%}{% import "c" as d %}{% from "e" import f with context %}
{% if url('g') == x.url('no') %}{% set y = static("h.css") | i | j.k(1) %}{% endif %}{% call m(url('l')) %}{% endcall %}`),
  ).toEqual([
    'parent a',
    'parent b',
    'parent c',
    'parent e',
    'url g',
    'static h.css',
    'filter i',
    'filter j.k',
    'url l',
  ])
})

test('places count lines and columns of the template', () => {
  expect(templateReferences('x', `<p>\n  {%- include "row" %}`)[0]?.place).toEqual({
    file: 'x',
    line: 2,
    column: 15,
  })
})

test('whatever the text, it ends soon and throws nothing', () => {
  const pieces = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    "'",
    '"',
    '\\',
    'url(',
    ')',
    '|',
    'raw',
    'endraw',
    ' ',
    '-',
    'x',
    '\n',
  )
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 200 }),
      (parts) => void templateReferences('x', parts.join('')),
    ),
    {
      numRuns: 2000,
    },
  )
})
