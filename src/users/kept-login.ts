import { createHash } from 'node:crypto'
import type { Session } from '../sessions/index.ts'
import { userWithoutId } from './errors.ts'
import { writeId, type KeptId } from './user-id.ts'

/** What a session knows of who is logged in. */
export interface KeptLogin {
  readonly id: KeptId
  /** Differs as soon as the user's password does. */
  readonly mark?: string | undefined
}

/** Where it stands in the session. */
export const LOGIN_KEY = '_login'

/**
 * Notes in a session who is logged in. The session is sealed anew; what it held of somebody else is forgotten.
 *
 * @throws TAO_USER_ID
 */
export function keepLogin(session: Session, user: object): void {
  const id = idOf(user)
  const before = readLogin(session)
  if (before !== undefined && JSON.stringify(before.id) !== JSON.stringify(id)) session.destroy()
  const mark = markOf(user)
  session[LOGIN_KEY] = mark === undefined ? { id } : { id, mark }
  session.regenerate()
}

export function readLogin(session: Session): KeptLogin | undefined {
  // Nothing but keepLogin() writes there, and the seal tells what others wrote.
  return session[LOGIN_KEY] as KeptLogin | undefined
}

/** Changes with the user's password; `undefined` where the user has none. */
export function markOf(user: object): string | undefined {
  const { password } = user as { password?: unknown }
  if (typeof password !== 'string') return undefined
  return createHash('sha256').update(password).digest('base64url').slice(0, 16)
}

function idOf(user: object): KeptId {
  const hint = 'Give it the user as it comes out of the database: its _id (or id) is what the session keeps.'
  if (typeof user !== 'object' || user === null) {
    throw userWithoutId(user === null ? 'null in place of a user' : `a ${typeof user} in place of a user`, {
      hint,
    })
  }
  const { _id, id = _id } = user as { _id?: unknown; id?: unknown }
  const kept = writeId(_id ?? id)
  if (kept !== undefined) return kept
  const given = _id ?? id
  throw userWithoutId(
    given === undefined
      ? 'a user without an _id or id'
      : `a user whose id is ${typeof given === 'object' ? 'an object' : `a ${typeof given}`}`,
    { hint: given === undefined ? hint : 'An id is text, a number, an ObjectId or a UUID.' },
  )
}
