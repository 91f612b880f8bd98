import { sealData, unsealData } from 'iron-session'
import { describe, expect, test } from 'vitest'
import { createSessions, type Session, type Sessions } from '../../src/sessions/index.ts'

const key = 'a-key-of-more-than-thirty-two-characters'
const other = 'another-key-of-more-than-32-characters!!'
const ttl = 1000
const cookie = { name: 'session' }
const plain = { secure: false }

function valueOf(header: string | undefined): string {
  return /^session=([^;]*)/.exec(header ?? '')![1]!
}

function contentOf(session: Session): Record<string, unknown> {
  return Object.assign({}, session)
}

/** Stores, and opens what the browser would send back. */
function roundTrip(sessions: Sessions, fill: (session: Session) => void, from?: string): string {
  const session = sessions.open(from)
  fill(session)
  return valueOf(sessions.commit(session, plain))
}

describe('createSessions', () => {
  test('#12 what one request stores the next one finds', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = roundTrip(sessions, (session) => Object.assign(session, { user: 7, cart: ['a'] }))
    expect(contentOf(sessions.open(value))).toEqual({ user: 7, cart: ['a'] })
    // Another process has nothing remembered.
    expect(contentOf(createSessions({ keys: [key], ttl, cookie }).open(value))).toEqual({
      user: 7,
      cart: ['a'],
    })
  })

  test('#12 iron-session 8 and tao read each other', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const theirs = await sealData({ user: 7 }, { password: key, ttl })
    expect(contentOf(sessions.open(theirs))).toEqual({ user: 7 })
    const ours = roundTrip(sessions, (session) => Object.assign(session, { user: 8 }))
    expect(await unsealData(ours, { password: key, ttl })).toEqual({ user: 8 })
  })

  test('H7 the cookie is HttpOnly, Lax, for the whole site, and Secure when told', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const session = sessions.open(undefined)
    session['a'] = 1
    expect(sessions.commit(session, plain)).toMatch(
      /^session=\S+; Max-Age=1000; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(sessions.commit(session, { secure: true })).toMatch(/; HttpOnly; Secure; SameSite=Lax$/)
    const strict = createSessions({
      keys: [key],
      ttl: 0,
      cookie: { name: 'sid', path: '/shop', domain: 'example.org', sameSite: 'none' },
    })
    expect(strict.commit(session, plain)).toMatch(
      /^sid=\S+; Max-Age=34560000; Domain=example\.org; Path=\/shop; HttpOnly; Secure; SameSite=None$/,
    )
  })

  test('nothing is written when nothing changed', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    expect(sessions.commit(sessions.open(undefined), plain)).toBeUndefined()
    const value = roundTrip(sessions, (session) => Object.assign(session, { cart: [{ id: 1 }], seen: true }))
    expect(sessions.commit(sessions.open(value), plain)).toBeUndefined()
    const same = sessions.open(value)
    same['cart'] = [{ id: 1 }]
    expect(sessions.commit(same, plain)).toBeUndefined()
  })

  test('a change deep inside is seen', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = roundTrip(sessions, (session) => Object.assign(session, { cart: [{ id: 1, n: 1 }] }))
    const next = roundTrip(sessions, (session) => (session['cart'] as { n: number }[])[0]!.n++, value)
    expect(contentOf(sessions.open(next))).toEqual({ cart: [{ id: 1, n: 2 }] })
    // Neither the first cookie nor another request of the same visitor sees the change.
    expect(contentOf(sessions.open(value))).toEqual({ cart: [{ id: 1, n: 1 }] })
  })

  test('destroying removes the cookie, and only one that was there', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    const session = sessions.open(value)
    session.destroy()
    expect(sessions.commit(session, plain)).toBe('session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax')
    const anonymous = sessions.open(undefined)
    anonymous.destroy()
    expect(sessions.commit(anonymous, plain)).toBeUndefined()
  })

  test('deleting the last value removes the cookie', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const session = sessions.open(roundTrip(sessions, (fresh) => Object.assign(fresh, { user: 1 })))
    delete session['user']
    expect(sessions.commit(session, plain)).toContain('Max-Age=0')
  })

  test('what is stored after destroying starts a new session', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    const next = roundTrip(
      sessions,
      (session) => {
        session.destroy()
        session.flash('info', 'Good-bye')
      },
      value,
    )
    const session = sessions.open(next)
    expect(contentOf(session)).toEqual({})
    expect(session.flashes()).toEqual([{ kind: 'info', message: 'Good-bye' }])
  })

  test('H7 regenerating seals anew though nothing changed', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    const next = roundTrip(sessions, (session) => session.regenerate(), value)
    expect(next).not.toBe(value)
    expect(contentOf(sessions.open(next))).toEqual({ user: 1 })
  })

  test('a session used after half its life is sealed anew, before that it is not', () => {
    let time = 1_000_000_000_000
    const sessions = createSessions({ keys: [key], ttl, cookie, now: () => time })
    const value = roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    time += 499_000
    expect(sessions.commit(sessions.open(value), plain)).toBeUndefined()
    time += 2_000
    const renewed = valueOf(sessions.commit(sessions.open(value), plain))
    time += 700_000
    expect(contentOf(sessions.open(value))).toEqual({})
    expect(contentOf(sessions.open(renewed))).toEqual({ user: 1 })
  })

  test('a remembered session still ends in time', () => {
    let time = 1_000_000_000_000
    const sessions = createSessions({ keys: [key], ttl, cookie, now: () => time })
    const value = roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    time += ttl * 1000 + 59_999
    expect(contentOf(sessions.open(value))).toEqual({ user: 1 })
    time += 1
    expect(contentOf(sessions.open(value))).toEqual({})
  })

  test('keys rotate: the first seals, all open, a dropped one no longer does', () => {
    const before = createSessions({ keys: [other], ttl, cookie })
    const value = roundTrip(before, (session) => Object.assign(session, { user: 1 }))
    const during = createSessions({ keys: [key, other], ttl, cookie })
    expect(contentOf(during.open(value))).toEqual({ user: 1 })
    const next = roundTrip(during, (session) => Object.assign(session, { user: 2 }), value)
    const after = createSessions({ keys: [key], ttl, cookie })
    expect(contentOf(after.open(next))).toEqual({ user: 2 })
    expect(contentOf(after.open(value))).toEqual({})
  })

  test('H7 a broken, foreign, oversized or odd cookie is an anonymous session', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const foreign = await sealData({ user: 1 }, { password: other, ttl })
    const list = await sealData([1, 2], { password: key, ttl })
    const text = await sealData('text', { password: key, ttl })
    for (const value of [
      '',
      'x',
      foreign,
      list,
      text,
      'x'.repeat(100_000),
      `${foreign}~2`,
      'Fe26.2**__proto__',
    ]) {
      const session = sessions.open(value)
      expect(contentOf(session)).toEqual({})
      expect(sessions.commit(session, plain)).toBeUndefined()
    }
  })

  test('H7 neither __proto__ nor the name of a method takes a session apart', async () => {
    const sealed = await sealData(JSON.parse('{"__proto__":{"admin":true},"destroy":1,"ok":2}'), {
      password: key,
      ttl,
    })
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const session = sessions.open(sealed)
    expect(contentOf(session)).toEqual({ ok: 2 })
    expect(session['admin']).toBeUndefined()
    const name = '__proto__' as string
    session[name] = { admin: true }
    expect(session['admin']).toBeUndefined()
    expect(() => Object.assign(session, { flash: 1 })).toThrow(TypeError)
    session.flash('a', 'b')
    expect(session.flashes()).toHaveLength(1)
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })

  test('flashes are taken once, all or one kind', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = roundTrip(sessions, (session) => {
      session.flash('error', 'No')
      session.flash('success', 'Yes')
    })
    const session = sessions.open(value)
    expect(session.flashes('success')).toEqual([{ kind: 'success', message: 'Yes' }])
    const rest = sessions.open(valueOf(sessions.commit(session, plain)))
    expect(rest.flashes()).toEqual([{ kind: 'error', message: 'No' }])
    expect(rest.flashes()).toEqual([])
    expect(sessions.commit(rest, plain)).toContain('Max-Age=0')
  })

  test('flashes that nobody took stay, and nothing is written for it', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = roundTrip(sessions, (session) => session.flash('error', 'No'))
    expect(sessions.commit(sessions.open(value), plain)).toBeUndefined()
  })

  test('a session too large for a cookie is refused and says what is large', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const session = sessions.open(undefined)
    Object.assign(session, { user: 1, avatar: 'x'.repeat(4000) })
    expect(() => sessions.commit(session, plain)).toThrow(
      expect.objectContaining({
        code: 'TAO_SESSION_TOO_LARGE',
        message: expect.stringContaining('"avatar" with 4002 bytes'),
      }),
    )
  })

  test('a value JSON cannot hold is refused and named', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    for (const value of [1n, circle]) {
      const session = sessions.open(undefined)
      Object.assign(session, { fine: 1, odd: value })
      expect(() => sessions.commit(session, plain)).toThrow(
        expect.objectContaining({ code: 'TAO_SESSION_VALUE', message: expect.stringContaining('"odd"') }),
      )
    }
  })

  test('lone surrogates and any other text come back as they were', () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const text = '\u{d800} \u{1f600} \u0000 "\\'
    const value = roundTrip(sessions, (session) => Object.assign(session, { text }))
    expect(createSessions({ keys: [key], ttl, cookie }).open(value)['text']).toBe(text)
  })

  test('H19 a missing or short key stops the start', () => {
    expect(() => createSessions({ keys: [], ttl, cookie })).toThrow(
      expect.objectContaining({ code: 'TAO_SESSION_KEY_WEAK' }),
    )
    expect(() => createSessions({ keys: [key, 'short'], ttl, cookie })).toThrow(/5 characters/)
  })
})
