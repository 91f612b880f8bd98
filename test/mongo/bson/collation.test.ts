import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { toDoc, toPlain } from '../../../src/mongo/bson/plain.ts'

const words = fc
  .array(
    fc.constantFrom(
      'a',
      'A',
      'á',
      'Á',
      'b',
      'B',
      'z',
      'æ',
      'ø',
      'o',
      'ß',
      'ss',
      's',
      'é',
      'e\u0301',
      '1',
      '02',
      '2',
      '10',
      ' ',
      '-',
      'İ',
      'i',
      'I',
      'ı',
      '\u200d',
      'ä',
      'å',
      'ñ',
      'ﬁ',
      'ⅷ',
      'が',
      'か',
      '日',
      'cs',
      'ccs',
      'Ssz',
      'sz',
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''))

describe('makeCollation', () => {
  it('#11 simple is no collation', () => {
    expect(makeCollation(toDoc({ locale: 'simple' }))).toBeUndefined()
  })

  it.each([
    { locale: 'en' },
    { locale: 'en', strength: 1 },
    { locale: 'en', strength: 2 },
    { locale: 'en', strength: 1, caseLevel: true },
    { locale: 'da', strength: 1 },
    { locale: 'hu', strength: 1 },
    { locale: 'hu' },
    { locale: 'de', strength: 2, numericOrdering: true },
    { locale: 'fr', alternate: 'shifted' },
    { locale: 'tr', strength: 2 },
    { locale: 'az', strength: 1 },
    { locale: 'lt', strength: 1 },
    { locale: 'ja', strength: 1 },
    { locale: 'en', strength: 5 },
  ])('#11 %j: two strings share a key exactly when they compare equal', (spec) => {
    const collation = makeCollation(toDoc(spec))!
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(collation.key(a) === collation.key(b)).toBe(collation.compare(a, b) === 0)
      }),
      { numRuns: 2000, seed: 11 },
    )
  })

  it('#11 orders by the language, case and digits', () => {
    const sorted = (spec: Record<string, unknown>, texts: string[]): string[] => {
      const collation = makeCollation(toDoc(spec))!
      return texts.toSorted((a, b) => collation.compare(a, b))
    }
    expect(sorted({ locale: 'en' }, ['b', 'A', 'a', 'B'])).toEqual(['a', 'A', 'b', 'B'])
    expect(sorted({ locale: 'en', caseFirst: 'upper' }, ['b', 'a', 'A', 'B'])).toEqual(['A', 'a', 'B', 'b'])
    expect(sorted({ locale: 'en', numericOrdering: true }, ['a10', 'a2'])).toEqual(['a2', 'a10'])
    expect(sorted({ locale: 'sv' }, ['ö', 'z'])).toEqual(['z', 'ö'])
    expect(sorted({ locale: 'de' }, ['ö', 'z'])).toEqual(['ö', 'z'])
  })

  it('#11 fills in the defaults as listIndexes shows them', () => {
    expect(toPlain(makeCollation(toDoc({ locale: 'en_US', strength: 2 }))!.spec)).toEqual({
      locale: 'en_US',
      caseLevel: false,
      caseFirst: 'off',
      strength: 2,
      numericOrdering: false,
      alternate: 'non-ignorable',
      maxVariable: 'punct',
      normalization: false,
      backwards: false,
      version: '57.1',
    })
  })

  it.each<[Record<string, unknown>, number]>([
    [{}, 40414],
    [{ locale: 1 }, 14],
    [{ locale: 'xx-nowhere-zz-qqqqqqqqqq' }, 2],
    [{ locale: 'en', foo: 1 }, 40415],
    [{ locale: 'en', strength: 6 }, 2],
    [{ locale: 'en', strength: 'x' }, 14],
    [{ locale: 'en', caseFirst: 'x' }, 2],
    [{ locale: 'en', caseLevel: 1 }, 14],
    [{ locale: 'en', backwards: true }, 115],
    [{ locale: 'simple', strength: 1 }, 2],
  ])('#11 %j is refused with %d', (spec, code) => {
    expect(() => makeCollation(toDoc(spec))).toThrow(expect.objectContaining({ code }))
  })
})
