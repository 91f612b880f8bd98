import type { Request, User } from '../http/index.ts'
import { keepLogin } from './kept-login.ts'

/**
 * Logs a user in: the visitor's next requests find the user in `request.user`, and this one does at once.
 *
 * The session keeps the user's id, and a mark that changes with the user's `password`: whoever changes it ends the
 * sessions opened with the old one. It is sealed anew, so that a cookie from before the login is not one of after it; what a visitor put into it stays, what
 * another user did not (OWASP's rules for sessions, as Django's `login` has them).
 *
 * @param user as `settings.auth` finds it: with its `_id` or `id`, and its `password` if it has one
 * @throws TAO_USER_ID
 */
export function login(request: Request, user: User & object): void {
  keepLogin(request.session, user)
  request.user = user
}

/** Logs out: the session is emptied, and nobody is logged in. */
export function logout(request: Request): void {
  request.session.destroy()
  request.user = undefined
}
