import type { App, Request, User } from '../http/index.ts'
import { LOGIN_KEY, markOf, readLogin, type KeptLogin } from './kept-login.ts'
import { idsOf, readId } from './user-id.ts'

/** Finds the users that sessions name. */
export interface Users {
  /**
   * Puts into `request.user` whom the session names. Called before anything of the site runs.
   *
   * @returns a promise only where a user has to be read: a visitor who is not logged in costs nothing
   */
  load(request: Request): Promise<void> | undefined
  /** The user whose id somebody typed: of the ids it may stand for, the first that is there. */
  findTyped(text: string): Promise<User | undefined>
  /** For sentences: where users are looked for. */
  readonly where: string
  /** What to do where one is not found. */
  readonly hint: string
}

type Find = (id: unknown) => Promise<User | undefined>

/** Users as `settings.auth` says: out of a collection, or by a function of the site. */
export function createUsers(app: App): Users {
  const { load, collection } = app.settings.auth
  const find: Find =
    load === undefined
      ? (id) => findInCollection(app, collection, id)
      : async (id) => (await load(id, app)) ?? undefined
  const named =
    load === undefined
      ? {
          where: `the collection "${collection}"`,
          hint: `Their ids are printed by: tao shell -c 'db.collection("${collection}").distinct("_id")'`,
        }
      : { where: 'what settings.auth.load finds', hint: 'It was asked for the id as text, too.' }
  return {
    ...named,
    load(request) {
      if (!request.sessionMentions(LOGIN_KEY)) return undefined
      const login = readLogin(request.session)
      return login === undefined ? undefined : loadUser(request, login, find)
    },
    async findTyped(text) {
      for (const id of await idsOf(text)) {
        const user = await find(id)
        if (user !== undefined) return user
      }
      return undefined
    },
  }
}

async function loadUser(request: Request, login: KeptLogin, find: Find): Promise<void> {
  const user = await find(await readId(login.id))
  if (user !== undefined && markOf(user) === login.mark) {
    request.user = user
    return
  }
  // What else is in the session was put there for somebody who may not have it any more.
  request.session.destroy()
  const why = user === undefined ? 'there is no such user any more' : 'the password has changed'
  request.log.info({ user: login.id, reason: why }, 'A login has ended')
}

async function findInCollection({ db }: App, name: string, id: unknown): Promise<User | undefined> {
  // The id comes out of a sealed session or from who runs the site; `$eq` keeps even those from being an operator.
  const user = await db.collection(name).findOne({ _id: { $eq: id } } as object)
  if (user === null) return undefined
  // A view that answers with the user does not tell its password's hash to the world.
  return Object.defineProperty(user, 'toJSON', { value: withoutPassword })
}

function withoutPassword(this: Record<string, unknown>): object {
  const { password: _password, ...rest } = this
  return rest
}
