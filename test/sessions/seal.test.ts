import * as fc from 'fast-check'
import { sealData, unsealData } from 'iron-session'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readEnvelope, seal, unseal, type Opened } from '../../src/sessions/seal.ts'

const key = 'a-key-of-more-than-thirty-two-characters'
const other = 'another-key-of-more-than-32-characters!!'
const third = 'a-third-key-of-more-than-32-characters'

async function open(value: string, keys: readonly string[]): Promise<Opened | undefined> {
  const envelope = readEnvelope(value)
  return envelope && unseal(envelope, keys)
}

async function sealed(text: string, keys: readonly string[], ttl = 0): Promise<string> {
  return (await seal(text, keys, ttl)).value
}

afterEach(() => void vi.useRealTimers())

describe('seal', () => {
  test('#12 iron-session 8 opens what tao seals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.json()), async (data) => {
        const text = JSON.stringify(data)
        const opened = await unsealData(await sealed(text, [key], 60), { password: key, ttl: 60 })
        expect(JSON.stringify(opened)).toBe(text)
      }),
      { numRuns: 30 },
    )
  })

  test('#12 tao opens what iron-session 8 seals', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.json(), { minKeys: 1 }),
        async (data) => {
          const value = await sealData(data, { password: key, ttl: 60 })
          expect((await open(value, [key]))?.text).toBe(JSON.stringify(data))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('iron-session without an end of life is opened as one that never ends', async () => {
    const theirs = await sealData({ a: 1 }, { password: key, ttl: 0 })
    expect(await open(theirs, [key])).toEqual({ text: '{"a":1}', expires: Infinity })
    const ours = await seal('{"a":1}', [key], 0)
    expect(ours.expires).toBe(Infinity)
    expect(await unsealData(ours.value, { password: key, ttl: 0 })).toEqual({ a: 1 })
  })

  test('the end of life is the one the seal itself names', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    const { value, expires } = await seal('{"a":1}', [key], 100)
    expect(expires).toBe(1_000_000_100_000)
    vi.setSystemTime(1_000_000_050_000)
    expect(await open(value, [key])).toEqual({ text: '{"a":1}', expires })
  })

  test('iron-session with the same keys, numbered from the oldest, opens a cookie sealed by the newest', async () => {
    const value = await sealed('{"a":1}', [other, key])
    expect(await unsealData(value, { password: { 1: key, 2: other }, ttl: 0 })).toEqual({ a: 1 })
  })

  test('an old key that was dropped no longer opens, one that was kept does, whatever its number was', async () => {
    const value = await sealed('{"a":1}', [key, other])
    expect((await open(value, [key]))?.text).toBe('{"a":1}')
    expect((await open(value, [third, key]))?.text).toBe('{"a":1}')
    expect(await open(value, [other])).toBeUndefined()
    for (const id of [7, 40]) {
      const numbered = await sealData({ a: 1 }, { password: { [id]: key }, ttl: 0 })
      expect((await open(numbered, [other, third, key]))?.text).toBe('{"a":1}')
    }
  })

  test('a seal opens until a minute after its end', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    const value = await sealed('{"a":1}', [key], 1)
    vi.setSystemTime(1_000_000_001_000 + 59_999)
    expect(await open(value, [key])).toBeDefined()
    vi.setSystemTime(1_000_000_001_000 + 60_000)
    expect(readEnvelope(value)).toBeUndefined()
  })

  test('H7 a seal with any one character changed does not open', async () => {
    const value = await sealed('{"admin":false}', [key], 60)
    for (let at = 0; at < value.length; at++) {
      const changed = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
      expect(await open(changed, [key, other]), `position ${at}`).toBeUndefined()
    }
  })

  test('H7 a seal numbered by the name of a property of every object does not open and does not throw', async () => {
    const value = await sealed('{"a":1}', [key])
    for (const id of ['__proto__', 'constructor', 'toString', '', 'default', '0', '2']) {
      const changed = value.replace('*1*', `*${id}*`)
      expect(readEnvelope(changed)?.keyId).toBe(id)
      expect(await open(changed, [key, other])).toBeUndefined()
    }
  })

  test('H7 pieces missing, repeated, moved or added do not open and do not throw', async () => {
    const parts = (await sealed('{"admin":false}', [key], 60)).split('*')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...parts, '', '~2', '*'), { maxLength: 12 }),
        async (pieces) => {
          fc.pre(pieces.join('*') !== parts.join('*'))
          expect(await open(pieces.join('*'), [key])).toBeUndefined()
        },
      ),
    )
  })

  test('H7 anything else does not open and does not throw', async () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 6000 }),
        (value) => readEnvelope(value) === undefined,
      ),
    )
    for (const value of ['Fe26.2*__proto__*', `Fe26.2*${'1*'.repeat(5000)}`, '\0'.repeat(4096)]) {
      expect(readEnvelope(value)).toBeUndefined()
    }
  })

  test('H7 a seal longer than a cookie is refused before it is opened', async () => {
    const value = await sealData({ a: 'x'.repeat(4000) }, { password: key, ttl: 0 })
    expect(await unsealData(value, { password: key, ttl: 0 })).toBeDefined()
    expect(readEnvelope(value)).toBeUndefined()
  })
})
