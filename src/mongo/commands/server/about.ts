import { statfsSync } from 'node:fs'
import { hostname } from 'node:os'
import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { isTruthy } from '../arguments.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'
import { buildInformation, hostInformation, VERSION } from '../server-information.ts'

export const ping: Command = { name: 'ping', stable: true, fields: {}, run: () => reply({}) }

export const buildInfo: Command = {
  name: 'buildInfo',
  aliases: ['buildinfo'],
  stable: true,
  fields: {},
  run: () => reply(buildInformation()),
}

export const hostInfo: Command = {
  name: 'hostInfo',
  fields: {},
  run: ({ now }) => reply(hostInformation(now)),
}

export const whatsMyUri: Command = {
  name: 'whatsmyuri',
  aliases: ['whatsmyip'],
  fields: {},
  run: () => reply({ you: 'localhost:0' }),
}

export const connectionStatus: Command = {
  name: 'connectionStatus',
  stable: true,
  fields: { showPrivileges: 'bool' },
  run: (_, args) =>
    reply({
      authInfo: {
        authenticatedUsers: [],
        authenticatedUserRoles: [],
        ...(args.bool('showPrivileges') ? { authenticatedUserPrivileges: [] } : {}),
      },
    }),
}

export const getCmdLineOpts: Command = {
  name: 'getCmdLineOpts',
  admin: true,
  fields: {},
  run: ({ store }) =>
    reply({ argv: ['embedded'], parsed: store.folder ? { storage: { dbPath: store.folder } } : {} }),
}

export const getParameter: Command = {
  name: 'getParameter',
  admin: true,
  // Any name may be asked for.
  lenient: true,
  fields: { allParameters: 'any' },
  run: ({ body }, args) => {
    const known: Record<string, unknown> = {
      featureCompatibilityVersion: { version: VERSION.slice(0, 3) },
      authenticationMechanisms: [],
      logLevel: 0,
      quiet: false,
      ttlMonitorSleepSecs: 60,
      enableTestCommands: false,
      requireApiVersion: false,
      allowDiskUseByDefault: true,
    }
    const { target } = args
    const asks = (option: string): boolean => isDoc(target) && isTruthy(target.get(option))
    const all = target === '*' || args.bool('allParameters') || asks('allParameters')
    const shown = (value: unknown): unknown =>
      asks('showDetails') ? { value, settableAtRuntime: false, settableAtStartup: false } : value
    const found = Object.entries(known)
      .filter(([name]) => all || body.has(name))
      .map(([name, value]) => [name, shown(value)] as const)
    return found.length > 0 ? reply(Object.fromEntries(found)) : fail(72, 'no option found to get')
  },
}

export const getLog: Command = {
  name: 'getLog',
  admin: true,
  fields: {},
  run: (_, { target }) => {
    if (target === '*') return reply({ names: ['global', 'startupWarnings'] })
    if (target === 'global' || target === 'startupWarnings') return reply({ totalLinesWritten: 0, log: [] })
    return fail(96, `No log named '${typeof target === 'string' ? target : ''}'`)
  },
}

export const serverStatus: Command = {
  name: 'serverStatus',
  // Sections are asked for by any name; one that is not there is not told of.
  lenient: true,
  fields: anyFields([
    'repl',
    'metrics',
    'locks',
    'tcmalloc',
    'mirroredReads',
    'latchAnalysis',
    'sharding',
    'defaultRWConcern',
    'transactions',
    'opLatencies',
    'wiredTiger',
    'network',
    'connections',
    'opcounters',
    'asserts',
    'mem',
    'all',
    'storageEngine',
    'freeMonitoring',
  ]),
  run: ({ store, now }) => {
    const uptime = (now.getTime() - store.started.getTime()) / 1000
    const { rss, heapTotal } = process.memoryUsage()
    const served = (name: string): bigint => BigInt(store.served.get(name) ?? 0)
    return reply({
      host: hostname(),
      version: VERSION,
      process: 'tao',
      pid: BigInt(process.pid),
      uptime,
      uptimeMillis: BigInt(Math.round(uptime * 1000)),
      uptimeEstimate: BigInt(Math.round(uptime)),
      localTime: now,
      asserts: { regular: 0, warning: 0, msg: 0, user: 0, rollovers: 0 },
      connections: {
        current: store.connections.open,
        available: 10_000,
        totalCreated: store.connections.made,
        active: 1,
      },
      network: {
        bytesIn: 0n,
        bytesOut: 0n,
        numRequests: BigInt([...store.served.values()].reduce((sum, one) => sum + one, 0)),
      },
      opcounters: {
        insert: served('insert'),
        query: served('find'),
        update: served('update'),
        delete: served('delete'),
        getmore: served('getMore'),
        command: BigInt([...store.served.values()].reduce((sum, one) => sum + one, 0)),
      },
      storageEngine: {
        name: 'embedded',
        supportsCommittedReads: false,
        persistent: store.folder !== undefined,
      },
      mem: {
        bits: 64,
        resident: Math.round(rss / 1048576),
        virtual: Math.round(heapTotal / 1048576),
        supported: true,
      },
      metrics: {
        cursor: { timedOut: 0n, open: { noTimeout: 0n, pinned: 0n, total: BigInt(store.cursors.size) } },
      },
    })
  },
}

export const listDatabases: Command = {
  name: 'listDatabases',
  stable: true,
  admin: true,
  fields: { nameOnly: 'bool', filter: 'object', authorizedDatabases: 'bool' },
  run: ({ store, now }, args) => {
    const nameOnly = args.bool('nameOnly')
    const filter = args.doc('filter')
    const test = filter && compileFilter(filter, { now })
    const databases = store.catalog.names().map((name) => {
      const size = store.catalog
        .list(name)
        .reduce((sum, one) => sum + ('counters' in one ? one.counters.bytes : 0), 0)
      return new Map<string, Value>([
        ['name', name],
        ['sizeOnDisk', BigInt(size)],
        ['empty', false],
      ])
    })
    const found = test ? databases.filter((doc) => test.matches(doc)) : databases
    if (nameOnly)
      return reply({ databases: found.map((doc): Doc => new Map([['name', doc.get('name') as Value]])) })
    const total = found.reduce((sum, doc) => sum + (doc.get('sizeOnDisk') as bigint), 0n)
    return reply({ databases: found, totalSize: total, totalSizeMb: total / 1048576n })
  },
}

/** @param names asked when the command runs, as it is one of them itself */
export function makeListCommands(names: () => readonly string[]): Command {
  return {
    name: 'listCommands',
    fields: {},
    run: () => reply({ commands: Object.fromEntries(names().map((name) => [name, { help: '' }])) }),
  }
}

export const fsync: Command = {
  name: 'fsync',
  admin: true,
  fields: { lock: 'bool', async: 'any', fsyncLockAcquisitionTimeoutMillis: 'any' },
  run: ({ store }, args) => {
    if (args.bool('lock'))
      fail(115, 'fsync with lock is not supported by the embedded store; use a MongoDB server')
    return store.data.sync().then(() => reply({ numFiles: 1 }))
  },
}

export const getFreeMonitoringStatus: Command = {
  name: 'getFreeMonitoringStatus',
  admin: true,
  fields: {},
  run: () => reply({ state: 'disabled', debug: {} }),
}

/** Free and total bytes of the disk that holds the data. */
export function diskSpace(folder: string | undefined): { free: number; total: number } | undefined {
  if (!folder) return undefined
  const { bavail, blocks, bsize } = statfsSync(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}

function anyFields(names: readonly string[]): Command['fields'] {
  return Object.fromEntries(names.map((name) => [name, 'any']))
}
