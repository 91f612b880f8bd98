// Sessions: what remembering opened cookies saves against iron-session 8, which does the sealing.
import { sealData, unsealData } from 'iron-session'
import { createSessions, type Session, type Sessions } from '../../src/sessions/index.ts'
import { compare, type Contender } from './rounds.ts'

const key = 'a-key-of-more-than-thirty-two-characters'
const ttl = 14 * 24 * 3600
const data = {
  user: '64f0c0ffee64f0c0ffee64f0',
  theme: 'dark',
  cart: [1, 2, 3],
  seen: '2026-11-20T12:00:00Z',
}
const MILLISECONDS = 400

function often(name: string, work: () => unknown): Contender {
  return {
    name,
    async measure() {
      const start = performance.now()
      let times = 0
      for (; performance.now() - start < MILLISECONDS; times++) {
        const result = work()
        if (result instanceof Promise) await result
      }
      return (times * 1000) / (performance.now() - start)
    },
  }
}

const options = { keys: [key], ttl, cookie: { name: 'session' } }
const remembering = createSessions(options)
const forgetful = createSessions({ ...options, remember: 0 })
const sealed = await sealData(data, { password: key, ttl })
let counter = 0

function changed(session: Session): Session {
  return Object.assign(session, { counter: ++counter })
}

async function open(sessions: Sessions): Promise<Session> {
  return sessions.open(await sessions.prepare(sealed))
}

/** As the server does: waits only where there is a promise. */
function openRemembered(): Session {
  const opened = remembering.prepare(sealed)
  if (opened instanceof Promise) throw new Error('The cookie was to be remembered')
  return remembering.open(opened)
}

await open(remembering)

await compare('Opening a session', [
  often('iron-session', () => unsealData(sealed, { password: key, ttl })),
  often('tao, a cookie not met before', () => open(forgetful)),
  often('tao, a cookie met before', openRemembered),
  often('tao, no cookie', () => remembering.open(undefined)),
])

await compare('Opening, reading and leaving as it was', [
  often('iron-session', () => unsealData(sealed, { password: key, ttl })),
  often('tao', () => remembering.commit(openRemembered(), { secure: true })),
])

await compare('Opening, changing and sealing', [
  often('iron-session', async () => {
    const opened = await unsealData<typeof data>(sealed, { password: key, ttl })
    return await sealData({ ...opened, counter: ++counter }, { password: key, ttl })
  }),
  often('tao', () => remembering.commit(changed(openRemembered()), { secure: true })),
])
