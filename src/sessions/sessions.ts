import { stringifySetCookie } from 'cookie'
import { sessionKeyWeak, sessionTooLarge, sessionValue } from './errors.ts'
import { SealMemory } from './seal-memory.ts'
import { isExpired, readEnvelope, seal, unseal, type Opened } from './seal.ts'
import { Session } from './session.ts'

export interface SessionsOptions {
  /** The first seals, all open. Each at least 32 characters. */
  keys: readonly string[]
  /** Seconds a session lives after it was last sealed; 0: for ever. */
  ttl: number
  cookie: {
    name: string
    path?: string | undefined
    domain?: string | undefined
    sameSite?: 'lax' | 'strict' | 'none' | undefined
  }
  /** Bytes of opened sessions remembered; 0 remembers none. Default 16 MiB. */
  remember?: number | undefined
}

export interface Sessions {
  /**
   * Opens a cookie's value: ahead of the request's work, so that its session can be a plain object. Neither throws
   * nor rejects.
   * @returns `undefined` when there is none or it is broken, foreign or expired; a promise only for a value not met
   *   before that looks like a seal
   */
  prepare(cookieValue: string | undefined): Opened | undefined | Promise<Opened | undefined>
  /** The session of what was prepared; an empty one for nothing. */
  open(opened: Opened | undefined): Session
  /**
   * The `Set-Cookie` header this session needs now, or `undefined` when nothing is to be written: it did not
   * change and is younger than half its life. A promise only where it has to be sealed.
   * @throws TAO_SESSION_VALUE; the promise rejects with TAO_SESSION_TOO_LARGE
   */
  commit(session: Session, options: { secure: boolean }): string | undefined | Promise<string>
}

const SHORTEST_KEY = 32
/** What RFC 6265 section 6.1 lets a server count on, name, value and attributes together. */
const LARGEST_COOKIE = 4096
/** Browsers cut longer lives to 400 days (RFC 6265bis). */
const LONGEST_AGE = 400 * 24 * 3600
const REMEMBERED = 16 * 1024 * 1024
const REFUSED: Opened = { text: '', expires: Infinity }

/**
 * Sessions sealed into a cookie, readable by iron-session 8 and reading its cookies.
 * @throws TAO_SESSION_KEY_WEAK
 */
export function createSessions(options: SessionsOptions): Sessions {
  const { keys, ttl, cookie } = options
  const limit = options.remember ?? REMEMBERED
  const memory = new SealMemory(limit)
  // Apart and small: whoever invents cookies must not push out those that were opened.
  const refused = new SealMemory(limit / 16)
  const shortest = Math.min(...keys.map((key) => key.length), keys.length === 0 ? 0 : Infinity)
  if (shortest < SHORTEST_KEY) throw sessionKeyWeak(shortest, { hint: 'Run "tao secret" to make one.' })

  function prepare(value: string | undefined): Opened | undefined | Promise<Opened | undefined> {
    if (value === undefined || value === '') return undefined
    const known = memory.get(value)
    if (known !== undefined) {
      if (!isExpired(known.expires)) return known
      memory.delete(value)
      return undefined
    }
    if (refused.get(value) !== undefined) return undefined
    const envelope = readEnvelope(value)
    if (envelope === undefined) return undefined
    return unseal(envelope, keys).then((opened) => {
      if (opened === undefined) refused.set(value, REFUSED)
      else memory.set(value, opened)
      return opened
    })
  }

  function open(opened: Opened | undefined): Session {
    return opened === undefined ? new Session() : new Session(opened.text, opened.expires)
  }

  function commit(session: Session, { secure }: { secure: boolean }): string | undefined | Promise<string> {
    const { text, changed, renew, expires } = takeSnapshot(session)
    const attributes = {
      path: cookie.path ?? '/',
      ...(cookie.domain === undefined ? {} : { domain: cookie.domain }),
      sameSite: cookie.sameSite ?? 'lax',
      httpOnly: true,
      // Browsers refuse SameSite=None without it.
      secure: secure || cookie.sameSite === 'none',
    } as const
    if (text === '{}') {
      return expires === undefined
        ? undefined
        : stringifySetCookie(cookie.name, '', { ...attributes, maxAge: 0 })
    }
    const old = ttl > 0 && expires !== undefined && expires - Date.now() < (ttl * 1000) / 2
    if (!changed && !renew && !old) return undefined

    return seal(text, keys, ttl).then(({ value, expires: ends }) => {
      const header = stringifySetCookie(cookie.name, value, {
        ...attributes,
        maxAge: Math.min(ttl > 0 ? ttl : Infinity, LONGEST_AGE),
      })
      if (header.length > LARGEST_COOKIE) {
        throw sessionTooLarge(header.length, largestOf(session), {
          hint: 'Keep large things in the database and only their id in the session.',
        })
      }
      memory.set(value, { text, expires: ends })
      return header
    })
  }

  return { prepare, open, commit }
}

function takeSnapshot(session: Session): ReturnType<typeof Session.snapshot> {
  try {
    return Session.snapshot(session)
  } catch (error) {
    // A BigInt, or an object that contains itself.
    const key = Object.keys(session).find((name) => sizeOfJson(session[name]) === undefined) ?? ''
    throw sessionValue(key, error instanceof Error ? error.message.split('\n')[0]! : String(error), {
      cause: error,
      hint: 'A session keeps what JSON can: text, numbers, booleans, null, lists and plain objects.',
    })
  }
}

function largestOf(session: Session): string {
  const sizes = Object.keys(session).map((name) => ({ name, size: sizeOfJson(session[name]) ?? 0 }))
  const largest = sizes.sort((a, b) => b.size - a.size)[0]
  return largest === undefined ? 'its flashes' : `"${largest.name}" with ${largest.size} bytes`
}

function sizeOfJson(value: unknown): number | undefined {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '')
  } catch {
    return undefined
  }
}
