import { expect, it } from 'vitest'
import { KnownTexts } from '../../src/templates/compiled/known-texts.ts'

/** Asks for each text, adding what is not known. @returns how many had to be worked out */
function ask(known: KnownTexts, texts: Iterable<string>): number {
  let worked = 0
  for (const text of texts) {
    if (known.takes(text)) {
      const result = known.get(text)
      if (result === text.toUpperCase()) continue
      expect(result).toBeUndefined()
      known.add(text, text.toUpperCase())
    }
    worked++
  }
  return worked
}

function* different(count: number, from = 0): Generator<string> {
  for (let i = from; i < from + count; i++) yield `text ${i}`
}

it('works out a text that comes again only once', () => {
  const known = new KnownTexts()
  expect(ask(known, different(40))).toBe(40)
  for (let page = 0; page < 100; page++) expect(ask(known, different(40))).toBe(0)
})

it('takes no long text', () => {
  expect(new KnownTexts().takes('x'.repeat(257))).toBe(false)
  expect(new KnownTexts().takes('x'.repeat(256))).toBe(true)
})

it('keeps no more than a thousand, of texts whose neighbours come again', () => {
  const known = new KnownTexts()
  for (let i = 0; i < 3000; i++) {
    ask(known, different(1, i))
    ask(known, different(1, i))
  }
  const { size } = (known as unknown as { texts: Map<string, string> }).texts
  expect(size).toBeGreaterThan(0)
  expect(size).toBeLessThanOrEqual(1000)
})

it('leaves off where nothing comes again, and tries anew after a while', () => {
  const known = new KnownTexts()
  ask(known, different(256))
  expect(known.takes('text 0')).toBe(false)
  ask(known, different(4095, 1000))
  expect(known.takes('text 0')).toBe(true)
  ask(known, different(20, 9000))
  expect(ask(known, different(20, 9000))).toBe(0)
})
