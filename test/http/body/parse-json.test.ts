import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../../src/http/body/index.ts'
import { TaoError } from '../../../src/base/errors.ts'
import { findJsonFault } from '../../../src/http/body/find-json-fault.ts'

function messageOf(text: string): string {
  try {
    parseJson(text, 64)
  } catch (error) {
    if (error instanceof TaoError && error.status === 400 && error.code === 'TAO_BODY_JSON')
      return error.message
    throw error
  }
  throw new Error(`accepted: ${text}`)
}

/** How deep a value nests; `[]` and `{}` are one level. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

describe('parseJson', () => {
  test('#9 it reads what JSON.stringify writes, with any spacing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space)
        if (/"__proto__"|"constructor"/.test(text)) return
        expect(parseJson(text, 64)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('every text is either read as JSON.parse reads it or refused, and then the fault is found', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"a"',
      '"b"',
      '"\\u0061"',
      ':',
      ',',
      '1',
      '-',
      '0',
      'null',
      ' ',
      '\n',
      '"',
      '\\',
      '\u0000',
      'é',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const fault = findJsonFault(text, 3)
        let expected: unknown
        let valid = true
        try {
          expected = JSON.parse(text)
        } catch {
          valid = false
        }
        if (!valid) expect(fault, text).toBeDefined()
        else if (fault === undefined) expect(parseJson(text, 3)).toEqual(expected)
        else {
          expect(() => parseJson(text, 3)).toThrow(TaoError)
          expect(/twice/.test(fault.reason) || depthOf(expected) > 3, fault.reason).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('a fault is told with line, column and reason', () => {
    const table: [string, string][] = [
      ['{"a": 1,\n "b": }', 'line 2, column 7: expected a value, found "}"'],
      ['{"a": 1,}', 'line 1, column 9: expected a key in double quotes, found "}"'],
      ["{'a': 1}", 'line 1, column 2: expected a key in double quotes or }, found "\'"'],
      ['{"a" 1}', 'line 1, column 6: expected a colon after the key, found "1"'],
      ['[1 2]', 'line 1, column 4: expected a comma or ], found "2"'],
      ['[1,\n2', 'line 2, column 2: the text ends where a comma or ] should come'],
      ['[tru]', 'line 1, column 2: expected a value or ], found "tru"'],
      ['[01]', 'line 1, column 2: expected a value or ], found "01"'],
      ['[1.]', 'line 1, column 2: expected a value or ], found "1."'],
      ['[NaN]', 'line 1, column 2: expected a value or ], found "NaN"'],
      [
        '["a\nb"]',
        'line 1, column 4: a string cannot hold the control character "\\n"; write it as an escape',
      ],
      ['["a\\x"]', 'line 1, column 4: the escape "\\\\x" is none that JSON knows'],
      ['["a', 'line 1, column 2: the string that begins here does not end'],
      ['1 2', 'line 1, column 3: the value is complete, yet "2" follows'],
      ['', 'line 1, column 1: the text ends where a value should come'],
      [' ', 'line 1, column 2: the text ends where a value should come'],
    ]
    for (const [text, message] of table) expect(messageOf(text)).toBe(`The JSON is not valid at ${message}`)
  })

  test('H13 a key twice in one object is refused, however it is written', () => {
    expect(messageOf('{"a":1,"b":{"a":2},"a":3}')).toContain('column 20: the key "a" is there twice')
    expect(messageOf('[{"a":1,"\\u0061":2}]')).toContain('the key "a" is there twice')
    expect(parseJson('[{"a":1},{"a":"\\"a\\":"}]', 64)).toEqual([{ a: 1 }, { a: '"a":' }])
  })

  test('H13 keys that are operators of queries are refused where they are not let through; texts are no keys', () => {
    const refusalOf = (text: string): string => {
      try {
        parseJson(text, 64, false)
        return ''
      } catch (error) {
        return (error as Error).message
      }
    }
    const begins = 'the key "$gt" begins with $, as operators of queries do'
    expect(refusalOf('{"name":{"$gt":""}}')).toContain(`column 10: ${begins}`)
    expect(refusalOf('[{"a":1},{"\\u0024gt":1}]')).toContain(begins)
    expect(refusalOf('{"price":"$5","$":1}')).toContain('the key "$" begins')
    expect(refusalOf('{"price":"$5","a$":["$gt","\\u0024x"]}')).toBe('')
    expect(parseJson('{"$ref":"a"}', 64)).toEqual({ $ref: 'a' })
  })

  test('keys that reach for a prototype are refused, however they are written', () => {
    expect(messageOf('{"a":{"__proto__":{"admin":true}}}')).toContain(
      'column 7: the key "__proto__" is not allowed',
    )
    expect(messageOf('{"\\u005f_proto__":1}')).toContain('not allowed')
    expect(messageOf('{"constructor":{"prototype":{}}}')).toContain('"constructor.prototype" is not allowed')
    expect(parseJson('{"constructor":"Ferrari","prototype":1,"proto":"__proto__"}', 64)).toHaveProperty(
      'constructor',
      'Ferrari',
    )
  })

  test('H3 nesting deeper than the limit is refused without running out of stack', () => {
    const nest = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    expect(parseJson(nest(64), 64)).toBeDefined()
    expect(messageOf(nest(65))).toContain('column 65: it nests deeper than 64 levels')
    expect(messageOf(nest(500_000))).toContain('deeper than 64')
    expect(messageOf('['.repeat(500_000))).toContain('deeper than 64')
    expect(messageOf('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000))).toContain('deeper than 64')
  })

  test('a megabyte of anything is dealt with in time that grows with its length alone', () => {
    const texts = [
      `"${'\\"'.repeat(500_000)}"`,
      `"${'\\\\'.repeat(500_000)}`,
      `[${'{},'.repeat(300_000)}{}]`,
      `{"a":1,${Array.from({ length: 50_000 }, (_, i) => `"k${i}":${i}`).join(',')},"a":2}`,
      `${' '.repeat(1_000_000)}x`,
      `"${'a'.repeat(1_000_000)}`,
    ]
    for (const text of texts) {
      const start = performance.now()
      try {
        parseJson(text, 64)
      } catch (error) {
        expect(error).toBeInstanceOf(TaoError)
      }
      expect(performance.now() - start).toBeLessThan(10_000)
    }
  })
})
