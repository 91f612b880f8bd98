import type { User } from '../http/index.ts'
import type { Sessions } from '../sessions/index.ts'
import { keepLogin } from './kept-login.ts'

/**
 * The `Set-Cookie` header of a login without a request: for tests, and for who runs the site.
 *
 * @param before the visitor's cookie so far
 * @throws TAO_USER_ID
 */
export async function makeLoginCookie(
  sessions: Sessions,
  user: User & object,
  before?: string,
): Promise<string> {
  const session = sessions.open(await sessions.prepare(before))
  keepLogin(session, user)
  // Sealed anew at every login, so never nothing.
  return (await sessions.commit(session, { secure: false }))!
}
