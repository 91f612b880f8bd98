import * as fc from 'fast-check'
import nunjucks from 'nunjucks'
import { expect, it } from 'vitest'
import { escapeText } from '../../src/templates/compiled/escape.ts'

const { escape } = nunjucks.lib as unknown as { escape: (text: string) => string }

it.each([
  '',
  'plain',
  '&',
  '<>',
  `a & b < c > d " e ' f \\ g`,
  '&amp;',
  '日本 <語>',
  '\ud800<\u0000>',
  `${'x'.repeat(99)}&`,
])('H8 escapes %j as nunjucks does', (text) => {
  expect(escapeText(text)).toBe(escape(text))
})

it('H8 escapes whatever text as nunjucks does', () => {
  const unit = fc.oneof(
    fc.constantFrom('&', '<', '>', '"', "'", '\\'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
      const text = units.join('')
      expect(escapeText(text)).toBe(escape(text))
    }),
  )
})

it('H8 escapes the same with texts it remembers as with those it has forgotten or does not know', () => {
  const text = (i: number): string => `<${i}> & "${'long '.repeat(i % 80)}"`
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 3000; i++) expect(escapeText(text(i % 1500))).toBe(escape(text(i % 1500)))
    for (let i = 0; i < 3000; i++) expect(escapeText(text(i % 50))).toBe(escape(text(i % 50)))
  }
})
