import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TaoError } from '../../../src/base/errors.ts'
import { parseUrlencoded } from '../../../src/http/body/index.ts'
import { limits } from './body-server.ts'

function parse(text: string, charset?: string): [string, string][] {
  return parseUrlencoded(Buffer.from(text, 'latin1'), limits, charset)
}

const wellFormed = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed())

describe('parseUrlencoded', () => {
  test('#9 what a browser sends comes back in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, wellFormed), { maxLength: 30 }), (pairs) => {
        expect(parse(new URLSearchParams(pairs).toString())).toEqual(pairs)
        const long: [string, string][] = [...pairs, ['long', 'x'.repeat(5000)], ...pairs]
        expect(parse(new URLSearchParams(long).toString())).toEqual(long)
      }),
    )
  })

  test('#9 it reads like URLSearchParams whatever is valid', () => {
    const piece = fc.constantFrom('a', 'b', '=', '&', '+', '%20', '%C3%A9', '%26', '[', ']', '$gt', '.', ';')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('')
        expect(parse(text)).toEqual([...new URLSearchParams(text)])
      }),
      { numRuns: 500 },
    )
  })

  test('#9 percent-encoding is read, or refused, as decodeURIComponent does', () => {
    const piece = fc.constantFrom(
      '%',
      '%4',
      '%C3',
      '%a9',
      '%A9',
      '%41',
      '%zz',
      '%ED%A0%80',
      '%F0%9F%98%80',
      'a',
      'C',
      '9',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('')
        let expected: string | undefined
        try {
          expected = decodeURIComponent(text)
        } catch {
          expect(() => parse(`a=${text}`)).toThrow(expect.objectContaining({ code: 'TAO_BODY_FORM' }))
          return
        }
        expect(parse(`a=${text}`)).toEqual([['a', expected]])
      }),
      { numRuns: 1000 },
    )
  })

  test('H13 brackets are part of a name, nothing becomes an object', () => {
    expect(parse('a[$gt]=&a[0][b]=1&__proto__=x&constructor.prototype=y')).toEqual([
      ['a[$gt]', ''],
      ['a[0][b]', '1'],
      ['__proto__', 'x'],
      ['constructor.prototype', 'y'],
    ])
  })

  test('broken percent-encoding and broken UTF-8 are 400', () => {
    for (const text of ['a=%', 'a=%zz', '%C3=1', 'a=%ff', 'a=%ED%A0%80', 'a=\xff']) {
      expect(() => parse(text), text).toThrow(expect.objectContaining({ status: 400 }))
    }
    expect(parse('a=\xc3\xa9')).toEqual([['a', 'é']])
  })

  test('a charset the body names is honoured', () => {
    expect(parse('a=%E9&b=\xe9', 'iso-8859-1')).toEqual([
      ['a', 'é'],
      ['b', 'é'],
    ])
    expect(parse('a=%83J', 'shift_jis')).toEqual([['a', 'カ']])
    expect(() => parse('a=%E', 'iso-8859-1')).toThrow(expect.objectContaining({ status: 400 }))
    expect(() => parse('a=b', 'nonsense')).toThrow(expect.objectContaining({ status: 415 }))
  })

  test('H3 too many fields and too large a field are 413', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `f${i}=`).join('&')
    expect(parse(many)).toHaveLength(1000)
    expect(() => parse(`${many}&one=more`)).toThrow(
      expect.objectContaining({ code: 'TAO_BODY_TOO_MANY', status: 413 }),
    )
    expect(() => parse('f=1&'.repeat(100_000))).toThrow(expect.objectContaining({ status: 413 }))
    expect(parse(`a=${'x'.repeat(256 << 10)}`)).toHaveLength(1)
    expect(() => parse(`a=${'x'.repeat((256 << 10) + 1)}`)).toThrow(
      /The field "a" is too large: 256 KiB at most/,
    )
    expect(() => parse(`a=${'%E2%98%83'.repeat(100_000)}`)).toThrow(expect.objectContaining({ status: 413 }))
  })

  test('garbage is read or refused, never anything else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(undefined, 'latin1', 'utf-16', 'gbk'),
        (bytes, charset) => {
          try {
            parseUrlencoded(Buffer.from(bytes), limits, charset)
          } catch (error) {
            expect(error).toBeInstanceOf(TaoError)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
