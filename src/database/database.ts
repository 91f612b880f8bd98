import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Db, MongoClient, MongoClientOptions } from 'mongodb'
import { queryEvents } from '../base/events.ts'
import type { Store } from '../mongo/index.ts'
import { badDatabaseUrl } from './errors.ts'
import { openStore } from './open-store.ts'

export interface DatabaseOptions {
  /** `mongodb://...`, `mongodb+srv://...`, `embedded:FOLDER` or `memory:`. */
  url: string
  /** What a relative folder is relative to. */
  root: string
  /** The database's name when the URL has none. */
  name: string
  /** Seconds a request waits for a server that is not there. */
  timeout: number
  /** Publish every command on `tao:query`. */
  events: boolean
}

/** The database of one process: one pool, connected on first use. */
export interface Database {
  /** Where it is, without a password. */
  readonly label: string
  readonly db: Db
  /** Whether anything has asked for `db` so far. */
  readonly isUsed: boolean
  /** Asks it to answer at all. @throws what the driver says, within the time a request would wait */
  ping(): Promise<void>
  /** Loads the driver ahead of the first request that needs it. */
  warm(): void
  close(): Promise<void>
}

type Driver = typeof import('mongodb')

/**
 * Opens what `settings.database` names. The embedded store is opened here, and owned or joined; a server is connected
 * to when the first view asks.
 *
 * @throws TAO_DATABASE_URL for a URL that is none of the known kinds, TAO_STORE_NOT_OPENED for a folder that cannot be used
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const store = await openEmbedded(options)
  const uri = store ? store.uri : options.url
  let client: MongoClient | undefined
  let db: Db | undefined
  const open = (): Db => {
    if (db === undefined) {
      client = connect(uri, options)
      db = client.db(databaseName(uri) ?? options.name)
    }
    return db
  }
  return {
    label: store ? options.url : options.url.replace(/\/\/[^@/]*@/, '//***@'),
    get db() {
      return open()
    },
    get isUsed() {
      return db !== undefined
    },
    async ping() {
      await open().command({ ping: 1 }, { timeoutMS: Math.max(options.timeout, 1) * 1000 })
    },
    warm: () => void loadDriver(),
    async close() {
      await client?.close()
      await store?.close()
    },
  }
}

async function openEmbedded(options: DatabaseOptions): Promise<Store | undefined> {
  if (/^mongodb(?:\+srv)?:\/\//.test(options.url)) return undefined
  const store = await openStoreOf(options)
  // A damaged log is found once: when nobody hears of it then, nobody ever does.
  for (const warning of store.warnings) process.emitWarning(warning, { code: 'TAO_STORE' })
  return store
}

async function openStoreOf({ url, root }: DatabaseOptions): Promise<Store> {
  if (url === 'memory:') return openStore({ memory: true })
  const folder = /^embedded:(.+)$/.exec(url)?.[1]
  if (folder !== undefined) return openStore({ folder: resolve(root, folder) })
  throw badDatabaseUrl(url, 'it is of no known kind', {
    hint: 'Known are mongodb://HOST/NAME, mongodb+srv://HOST/NAME, embedded:FOLDER and memory: (settings.database, or DATABASE_URL).',
  })
}

// The driver is CommonJS and takes a tenth of a second to load: sites that use no database never pay for it.
function loadDriver(): Driver {
  return createRequire(import.meta.url)('mongodb') as Driver
}

function connect(uri: string, { url, timeout, events, name }: DatabaseOptions): MongoClient {
  const { MongoClient } = loadDriver()
  const settings: MongoClientOptions = {
    appName: name,
    serverSelectionTimeoutMS: timeout * 1000,
    connectTimeoutMS: Math.max(timeout, 1) * 1000,
    monitorCommands: events,
  }
  let client: MongoClient
  try {
    client = new MongoClient(uri, settings)
  } catch (error) {
    throw badDatabaseUrl(url.replace(/\/\/[^@/]*@/, '//***@'), (error as Error).message, { cause: error })
  }
  // When the first attempt to connect fails, the driver closes what it connects with for good, and every later command
  // fails at once, also when the server has come back. Without it, the next command connects anew.
  client.on('topologyClosed', () => Reflect.set(client, 'topology', undefined))
  if (events) watchCommands(client)
  return client
}

function databaseName(uri: string): string | undefined {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]*)/.exec(uri)?.[1]
  return path ? decodeURIComponent(path) : undefined
}

function watchCommands(client: MongoClient): void {
  const started = new Map<
    number,
    { database: string; command: Record<string, unknown>; startedAt: number; origin: Error }
  >()
  client.on('commandStarted', (event) => {
    if (!queryEvents.hasSubscribers) return
    started.set(event.requestId, {
      database: event.databaseName,
      command: event.command,
      startedAt: performance.now(),
      origin: stackHere(),
    })
  })
  const finish = (
    event: { requestId: number; commandName: string },
    reply: unknown,
    failure: unknown,
  ): void => {
    const begun = started.get(event.requestId)
    if (!begun) return
    started.delete(event.requestId)
    const collection = begun.command[event.commandName]
    queryEvents.publish({
      database: begun.database,
      command: event.commandName,
      collection: typeof collection === 'string' ? collection : undefined,
      document: begun.command,
      startedAt: begun.startedAt,
      // The driver counts whole milliseconds.
      ms: performance.now() - begun.startedAt,
      reply,
      failure,
      origin: begun.origin,
    })
  }
  client.on('commandSucceeded', (event) => finish(event, event.reply, undefined))
  client.on('commandFailed', (event) => finish(event, undefined, event.failure))
}

/** Between a view and the socket the driver alone takes more frames than a stack shows by default. */
function stackHere(): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 60
  const here = new Error('A database command')
  Error.stackTraceLimit = limit
  return here
}
