import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportsOf, importsOf } from '../../src/project/module-names.ts'
import { lineAndColumn, scanSource } from '../../src/project/scan-source.ts'

const shown = (text: string): string[] => scanSource(text).map(({ kind, text }) => `${kind} ${text}`)

test('strings are known by their value, and comments are not seen', () => {
  expect(shown(`f('a\\'b', "\\u00e9\\x41", \`plain\`) // 'no'\n/* "no" */ x`)).toEqual([
    'word f',
    'mark (',
    "string a'b",
    'mark ,',
    'string éA',
    'mark ,',
    'string plain',
    'mark )',
    'word x',
  ])
})

test('code inside templates is seen, however deep', () => {
  const words = scanSource('`a ${ f({ x: `b ${g("s")} c` }) } d ${h}` + i')
    .filter(({ kind }) => kind === 'word' || kind === 'string')
    .map(({ text }) => text)
  expect(words).toEqual(['f', 'x', 'g', 's', 'h', 'i'])
})

test('a regular expression is no division, and its quotes open no string', () => {
  expect(
    shown(`x = a / b / c; y = /['"/]\\/x[/]/g; return /'/.test(z) ? 'q' : 1.5e-3`).filter((one) =>
      /regex|string|number/.test(one),
    ),
  ).toEqual([`regex /['"/]\\/x[/]/g`, "regex /'/", 'string q', 'number 1.5e-3'])
})

test.each([
  "'open",
  '"open\n x',
  '`open ${',
  '`open',
  '/* open',
  '/re',
  '}',
  '\\',
  '\u2028 é 𝒳',
  '#!/bin/sh',
  '`${`${`',
])('%j does not stop it', (text) => {
  expect(() => scanSource(text)).not.toThrow()
})

test('every token covers its own text', () => {
  const text = "import { a as b } from './x.ts'\nconst c = `x${1}y` ?? b?.d"
  for (const token of scanSource(text))
    if (token.kind === 'word' || token.kind === 'mark')
      expect(text.slice(token.start, token.end)).toBe(token.text)
})

test('imports are found in all their forms, types marked', () => {
  const text = `import a from 'a'; import 'b'; import * as c from "c"; import { d, type D } from 'd'
import type { E } from 'e'; export { f } from 'f'; export * from 'g'; export * as h from 'h'
const i = await import('i'); import type from 'j'; x.import('no'); const y = { from: 'no' }; import.meta.url; export type { K } from 'k'
import l, { m } from 'l' with { type: 'json' }`
  expect(
    importsOf(text).map(
      ({ specifier, typeOnly, dynamic }) =>
        specifier + (typeOnly ? ' type' : '') + (dynamic ? ' dynamic' : ''),
    ),
  ).toEqual(['a', 'b', 'c', 'd', 'e type', 'f', 'g', 'h', 'i dynamic', 'j', 'k type', 'l'])
})

test('exports are found by name', () => {
  const text = `export const a = 1; export async function b() {} export class C {} export { d, e as f, g as default }
export function* h() {} export * as i from 'i'; export * from 'j'; export abstract class K {} export type L = 1`
  expect(exportsOf(text)).toEqual(['a', 'b', 'C', 'd', 'f', 'default', 'h', 'i', 'K'])
})

test('lines and columns count from 1', () => {
  expect(lineAndColumn('ab\ncd\n', 0)).toEqual({ line: 1, column: 1 })
  expect(lineAndColumn('ab\ncd\n', 2)).toEqual({ line: 1, column: 3 })
  expect(lineAndColumn('ab\ncd\n', 4)).toEqual({ line: 2, column: 2 })
})

test('whatever the text, tokens come in order, do not overlap and stay inside it', () => {
  const pieces = fc.constantFrom(
    '`',
    '${',
    '}',
    '{',
    "'",
    '"',
    '/',
    '*/',
    '/*',
    '//',
    '\\',
    '\n',
    '[',
    ']',
    '(',
    ')',
    'a',
    ' ',
    '=',
    '1',
    '.',
    'é',
    '𝒳',
    '\ud800',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      let last = 0
      for (const { start, end, kind } of scanSource(text)) {
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(text.length)
        // A template with code in it is told after that code, at its end.
        if (kind !== 'template') expect(start).toBeGreaterThanOrEqual(last)
        last = end
      }
    }),
    { numRuns: 3000 },
  )
})
