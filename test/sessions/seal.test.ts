import * as fc from 'fast-check'
import { sealData, unsealData } from 'iron-session'
import { describe, expect, test } from 'vitest'
import { seal, unseal } from '../../src/sessions/seal.ts'

const key = 'a-key-of-more-than-thirty-two-characters'
const other = 'another-key-of-more-than-32-characters!!'
const now = Date.parse('2026-11-20T12:00:00Z')

describe('seal', () => {
  test('#12 iron-session 8 opens what tao seals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.json()), async (data) => {
        const text = JSON.stringify(data)
        const opened = await unsealData(seal(text, [key], Date.now() + 60_000), { password: key, ttl: 60 })
        expect(JSON.stringify(opened)).toBe(text)
      }),
      { numRuns: 30 },
    )
  })

  test('#12 tao opens what iron-session 8 seals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.json()), async (data) => {
        const sealed = await sealData(data, { password: key, ttl: 60 })
        expect(unseal(sealed, [key], Date.now())?.text).toBe(JSON.stringify(data))
      }),
      { numRuns: 30 },
    )
  })

  test('iron-session without an end of life is opened as one that never ends', async () => {
    const sealed = await sealData({ a: 1 }, { password: key, ttl: 0 })
    expect(unseal(sealed, [key], Date.now())).toEqual({ text: '{"a":1}', expires: Infinity })
    expect(await unsealData(seal('{"a":1}', [key], Infinity), { password: key, ttl: 0 })).toEqual({ a: 1 })
  })

  test('iron-session with the same keys, numbered from the oldest, opens a cookie sealed by the newest', async () => {
    const sealed = seal('{"a":1}', [other, key], Infinity)
    expect(await unsealData(sealed, { password: { 1: key, 2: other }, ttl: 0 })).toEqual({ a: 1 })
  })

  test('an old key that was dropped no longer opens, one that was kept does, whatever its number was', () => {
    const sealed = seal('{"a":1}', [key, other], Infinity)
    expect(unseal(sealed, [key], now)?.text).toBe('{"a":1}')
    expect(unseal(sealed, ['a-third-key-of-more-than-32-characters', key], now)?.text).toBe('{"a":1}')
    expect(unseal(sealed, [other], now)).toBeUndefined()
  })

  test('a seal opens until a minute after its end', () => {
    const sealed = seal('{}', [key], now)
    expect(unseal(sealed, [key], now + 59_999)).toBeDefined()
    expect(unseal(sealed, [key], now + 60_000)).toBeUndefined()
  })

  test('H7 a seal with any one character changed does not open', () => {
    const sealed = seal('{"admin":false}', [key], now + 60_000)
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
      expect(unseal(changed, [key], now), `position ${at}`).toBeUndefined()
    }
  })

  test('H7 pieces missing, repeated, moved or added do not open and do not throw', () => {
    const parts = seal('{"admin":false}', [key], now + 60_000).split('*')
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts, '', '~2', '*'), { maxLength: 12 }), (pieces) => {
        fc.pre(pieces.join('*') !== parts.join('*'))
        expect(unseal(pieces.join('*'), [key], now)).toBeUndefined()
      }),
    )
  })

  test('H7 anything else does not open and does not throw', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 6000 }),
        (value) => unseal(value, [key], now) === undefined,
      ),
    )
    for (const value of ['Fe26.2*__proto__*', `Fe26.2*${'1*'.repeat(5000)}`, '\0'.repeat(4096)]) {
      expect(unseal(value, [key], now)).toBeUndefined()
    }
  })
})
