import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TaoError } from '../base/errors.ts'
import { openDatabase, type Database } from '../database/index.ts'
import { chooseMode, describeProject, findProject, loadEnv, loadSettingsToInspect } from '../project/index.ts'
import { assertInstalled } from './assert-installed.ts'
import type { CommandWorld } from './command.ts'
import { wrongUsage } from './errors.ts'

/** Where a database is, before it is opened. */
export interface DatabaseAddress {
  readonly url: string
  readonly root: string
  readonly name: string
  readonly timeout: number
  /** The folder of an embedded store. */
  readonly folder: string | undefined
}

/**
 * The address of the database a command works with: the URL given, else that of the settings. A URL of a server that
 * names its database needs no project around.
 * @throws TAO_USAGE for a server without a database's name outside of a project; what the settings throw
 */
export async function findAddress(
  { cwd, env }: Pick<CommandWorld, 'cwd' | 'env'>,
  url: string | undefined,
): Promise<DatabaseAddress> {
  if (url !== undefined && /^mongodb(?:\+srv)?:\/\/[^/]*\/[^?]/.test(url)) {
    return { url, root: cwd, name: 'tao', timeout: 10, folder: undefined }
  }
  const { root } = findProject(cwd)
  assertInstalled(root)
  const project = describeProject(root)
  const all = loadEnv(root, { ...env })
  const { settings, problems } = await loadSettingsToInspect(project, { env: all, mode: chooseMode(all) })
  // Nothing is sealed here, and a backup must not wait for a key.
  const problem = problems.find(({ code }) => code !== 'TAO_SETTINGS_SECRET')
  if (problem !== undefined) throw problem
  const chosen = url ?? settings.database
  const folder = /^embedded:(.+)$/.exec(chosen)?.[1]
  return {
    url: chosen,
    root,
    name: settings.name.replace(/[^\w-]/g, '_'),
    timeout: settings.timeouts.database,
    folder: folder === undefined ? undefined : resolve(root, folder),
  }
}

/** Whether there is anything: looking must not make the folder of a store. */
export function isThere({ folder }: DatabaseAddress): boolean {
  if (folder === undefined) return true
  try {
    return statSync(resolve(folder, 'store.json'), { throwIfNoEntry: false }) !== undefined
  } catch {
    // A folder of somebody else, or none at all: opening it tells.
    return true
  }
}

/** How a long work hears that it shall end, and what it ends with then. */
export interface Interruption {
  readonly signal: AbortSignal
  readonly error: () => TaoError
}

/**
 * Waits for a work, but no longer than until it is interrupted: also when it waits itself, for a server that does not
 * answer. Closing the driver's client would not do: its cursors end then as if they had come to their end.
 * @throws the interruption's error, and what the work throws
 */
export async function untilInterrupted<T>(
  work: Promise<T>,
  { signal, error: interrupted }: Interruption,
): Promise<T> {
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(interrupted())
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop!)
  }
}

/** Opens a database, hands it to `work` and closes it, come what may. An interruption ends the opening alone. */
export async function withDatabase<T>(
  address: DatabaseAddress,
  work: (database: Database) => Promise<T>,
  interruption?: Interruption,
): Promise<T> {
  const opening = openDatabase({ ...address, events: false })
  const database = await (interruption ? untilInterrupted(opening, interruption) : opening)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** As `withDatabase`, for what reads or empties: it must be there. */
export async function withExisting<T>(
  world: Pick<CommandWorld, 'cwd' | 'env'>,
  url: string | undefined,
  work: (database: Database) => Promise<T>,
  interruption?: Interruption,
): Promise<T> {
  const address = await findAddress(world, url)
  if (!isThere(address)) {
    throw wrongUsage(`There is no database at ${address.url} yet.`, {
      hint: 'It is made when the site first writes to it.',
    })
  }
  return withDatabase(address, work, interruption)
}
