import { sealData, unsealData } from 'iron-session'
import { afterEach, describe, expect, test, vi } from 'vitest'
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

/** The session of what a browser sends. */
async function openedFrom(sessions: Sessions, value: string | undefined): Promise<Session> {
  return sessions.open(await sessions.prepare(value))
}

/** Stores, and gives what the browser would send back. */
async function roundTrip(
  sessions: Sessions,
  fill: (session: Session) => void,
  from?: string,
): Promise<string> {
  const session = await openedFrom(sessions, from)
  fill(session)
  return valueOf(await sessions.commit(session, plain))
}

afterEach(() => void vi.useRealTimers())

describe('createSessions', () => {
  test('#12 what one request stores the next one finds', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { user: 7, cart: ['a'] }))
    expect(contentOf(await openedFrom(sessions, value))).toEqual({ user: 7, cart: ['a'] })
    // Another process has nothing remembered.
    expect(contentOf(await openedFrom(createSessions({ keys: [key], ttl, cookie }), value))).toEqual({
      user: 7,
      cart: ['a'],
    })
  })

  test('#12 iron-session 8 and tao read each other', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const theirs = await sealData({ user: 7 }, { password: key, ttl })
    expect(contentOf(await openedFrom(sessions, theirs))).toEqual({ user: 7 })
    const ours = await roundTrip(sessions, (session) => Object.assign(session, { user: 8 }))
    expect(await unsealData(ours, { password: key, ttl })).toEqual({ user: 8 })
  })

  test('H7 the cookie is HttpOnly, Lax, for the whole site, and Secure when told', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const session = sessions.open(undefined)
    session['a'] = 1
    expect(await sessions.commit(session, plain)).toMatch(
      /^session=\S+; Max-Age=1000; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(await sessions.commit(session, { secure: true })).toMatch(/; HttpOnly; Secure; SameSite=Lax$/)
    const strict = createSessions({
      keys: [key],
      ttl: 0,
      cookie: { name: 'sid', path: '/shop', domain: 'example.org', sameSite: 'none' },
    })
    expect(await strict.commit(session, plain)).toMatch(
      /^sid=\S+; Max-Age=34560000; Domain=example\.org; Path=\/shop; HttpOnly; Secure; SameSite=None$/,
    )
  })

  test('nothing is written when nothing changed', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    expect(sessions.commit(sessions.open(undefined), plain)).toBeUndefined()
    const value = await roundTrip(sessions, (session) =>
      Object.assign(session, { cart: [{ id: 1 }], seen: true }),
    )
    expect(sessions.commit(await openedFrom(sessions, value), plain)).toBeUndefined()
    const same = await openedFrom(sessions, value)
    same['cart'] = [{ id: 1 }]
    expect(sessions.commit(same, plain)).toBeUndefined()
  })

  test('a change deep inside is seen', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { cart: [{ id: 1, n: 1 }] }))
    const next = await roundTrip(sessions, (session) => (session['cart'] as { n: number }[])[0]!.n++, value)
    expect(contentOf(await openedFrom(sessions, next))).toEqual({ cart: [{ id: 1, n: 2 }] })
    // Neither the first cookie nor another request of the same visitor sees the change.
    expect(contentOf(await openedFrom(sessions, value))).toEqual({ cart: [{ id: 1, n: 1 }] })
  })

  test('destroying removes the cookie, and only one that was there', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    const session = await openedFrom(sessions, value)
    session.destroy()
    expect(sessions.commit(session, plain)).toBe('session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax')
    const anonymous = sessions.open(undefined)
    anonymous.destroy()
    expect(sessions.commit(anonymous, plain)).toBeUndefined()
  })

  test('deleting the last value removes the cookie', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (fresh) => Object.assign(fresh, { user: 1 }))
    const session = await openedFrom(sessions, value)
    delete session['user']
    expect(sessions.commit(session, plain)).toContain('Max-Age=0')
  })

  test('what is stored after destroying starts a new session', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    const next = await roundTrip(
      sessions,
      (session) => {
        session.destroy()
        session.flash('info', 'Good-bye')
      },
      value,
    )
    const session = await openedFrom(sessions, next)
    expect(contentOf(session)).toEqual({})
    expect(session.flashes()).toEqual([{ kind: 'info', message: 'Good-bye' }])
  })

  test('H7 regenerating seals anew though nothing changed', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    const next = await roundTrip(sessions, (session) => session.regenerate(), value)
    expect(next).not.toBe(value)
    expect(contentOf(await openedFrom(sessions, next))).toEqual({ user: 1 })
  })

  test('a session used after half its life is sealed anew, before that it is not', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    vi.setSystemTime(Date.now() + 499_000)
    expect(sessions.commit(await openedFrom(sessions, value), plain)).toBeUndefined()
    vi.setSystemTime(Date.now() + 2_000)
    const renewed = valueOf(await sessions.commit(await openedFrom(sessions, value), plain))
    vi.setSystemTime(Date.now() + 700_000)
    expect(contentOf(await openedFrom(sessions, value))).toEqual({})
    expect(contentOf(await openedFrom(sessions, renewed))).toEqual({ user: 1 })
  })

  test('a remembered session still ends in time', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    vi.setSystemTime(Date.now() + ttl * 1000 + 59_999)
    expect(contentOf(await openedFrom(sessions, value))).toEqual({ user: 1 })
    vi.setSystemTime(Date.now() + 1)
    expect(contentOf(await openedFrom(sessions, value))).toEqual({})
  })

  test('keys rotate: the first seals, all open, a dropped one no longer does', async () => {
    const before = createSessions({ keys: [other], ttl, cookie })
    const value = await roundTrip(before, (session) => Object.assign(session, { user: 1 }))
    const during = createSessions({ keys: [key, other], ttl, cookie })
    expect(contentOf(await openedFrom(during, value))).toEqual({ user: 1 })
    const next = await roundTrip(during, (session) => Object.assign(session, { user: 2 }), value)
    const after = createSessions({ keys: [key], ttl, cookie })
    expect(contentOf(await openedFrom(after, next))).toEqual({ user: 2 })
    expect(contentOf(await openedFrom(after, value))).toEqual({})
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
      // Twice: the second time it may be remembered.
      expect(contentOf(await openedFrom(sessions, value))).toEqual({})
      const session = await openedFrom(sessions, value)
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
    const session = await openedFrom(sessions, sealed)
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

  test('flashes are taken once, all or one kind', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => {
      session.flash('error', 'No')
      session.flash('success', 'Yes')
    })
    const session = await openedFrom(sessions, value)
    expect(session.flashes('success')).toEqual([{ kind: 'success', message: 'Yes' }])
    const rest = await openedFrom(sessions, valueOf(await sessions.commit(session, plain)))
    expect(rest.flashes()).toEqual([{ kind: 'error', message: 'No' }])
    expect(rest.flashes()).toEqual([])
    expect(sessions.commit(rest, plain)).toContain('Max-Age=0')
  })

  test('flashes that nobody took stay, and nothing is written for it', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const value = await roundTrip(sessions, (session) => session.flash('error', 'No'))
    expect(sessions.commit(await openedFrom(sessions, value), plain)).toBeUndefined()
  })

  test('a session too large for a cookie is refused and says what is large', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const session = sessions.open(undefined)
    Object.assign(session, { user: 1, avatar: 'x'.repeat(4000) })
    await expect(sessions.commit(session, plain)).rejects.toThrow(
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

  test('no promise is made without a cookie, for one that was met before, or for one that is no seal', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const theirs = await sealData({ user: 7 }, { password: key, ttl })
    const foreign = await sealData({ user: 7 }, { password: other, ttl })
    const expired = await sealData({ user: 7 }, { password: key, ttl: -61 })
    for (const value of [undefined, '', 'x', 'x'.repeat(5000), expired]) {
      expect(sessions.prepare(value)).toBeUndefined()
    }
    for (const value of [theirs, foreign]) {
      const first = sessions.prepare(value)
      expect(first).toBeInstanceOf(Promise)
      expect(sessions.prepare(value)).toBeInstanceOf(Promise)
      const opened = await first
      expect(sessions.prepare(value)).toEqual(opened)
    }
    const ours = await roundTrip(sessions, (session) => Object.assign(session, { user: 8 }))
    expect(sessions.prepare(ours)).toMatchObject({ text: '{"user":8}' })
  })

  test('H7 a flood of invented cookies does not push out those that were opened', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie, remember: 16 * 1024 })
    const value = await roundTrip(sessions, (session) => Object.assign(session, { user: 1 }))
    const foreign = await sealData({ user: 1 }, { password: other, ttl })
    const inventions = Array.from({ length: 100 }, (_, n) =>
      foreign.replace(/\d{13}/, (end) => `${+end + n}`),
    )
    for (const invention of inventions) await sessions.prepare(invention)
    expect(sessions.prepare(value)).toMatchObject({ text: '{"user":1}' })
    expect(sessions.prepare(inventions[0])).toBeInstanceOf(Promise)
    expect(sessions.prepare(inventions[99])).toBeUndefined()
  })

  test('lone surrogates and any other text come back as they were', async () => {
    const sessions = createSessions({ keys: [key], ttl, cookie })
    const text = '\u{d800} \u{1f600} \u0000 "\\'
    const value = await roundTrip(sessions, (session) => Object.assign(session, { text }))
    expect((await openedFrom(createSessions({ keys: [key], ttl, cookie }), value))['text']).toBe(text)
  })

  test('H19 a missing or short key stops the start', () => {
    expect(() => createSessions({ keys: [], ttl, cookie })).toThrow(
      expect.objectContaining({ code: 'TAO_SESSION_KEY_WEAK' }),
    )
    expect(() => createSessions({ keys: [key, 'short'], ttl, cookie })).toThrow(/5 characters/)
  })
})
