import { cloneCollectionAsCapped, convertToCapped } from './catalog/capped.ts'
import { collMod } from './catalog/coll-mod.ts'
import { create } from './catalog/create.ts'
import { drop, dropDatabase } from './catalog/drop.ts'
import { createIndexes, dropIndexes, listIndexes } from './catalog/indexes.ts'
import { listCollections } from './catalog/list-collections.ts'
import { renameCollection } from './catalog/rename-collection.ts'
import { collStats, dataSize, dbStats, validate } from './catalog/stats.ts'
import type { Command } from './command.ts'
import { aggregate } from './read/aggregate.ts'
import { count } from './read/count.ts'
import { distinct } from './read/distinct.ts'
import { makeExplain } from './read/explain.ts'
import { find } from './read/find.ts'
import { getMore } from './read/get-more.ts'
import { killCursors } from './read/kill-cursors.ts'
import {
  buildInfo,
  connectionStatus,
  fsync,
  getCmdLineOpts,
  getFreeMonitoringStatus,
  getLog,
  getParameter,
  hostInfo,
  makeListCommands,
  listDatabases,
  ping,
  serverStatus,
  whatsMyUri,
} from './server/about.ts'
import { connPoolStats, lockInfo, profile } from './server/diagnostics.ts'
import { hello, isMaster } from './server/hello.ts'
import { configureFailPoint } from './server/configure-fail-point.ts'
import { currentOp, killOp } from './server/operations.ts'
import { refused } from './server/refused.ts'
import {
  abortTransaction,
  commitTransaction,
  endSessions,
  killAllSessions,
  killSessions,
  refreshSessions,
  startSession,
} from './server/sessions.ts'
import { bulkWrite } from './write/bulk-write.ts'
import { remove } from './write/delete.ts'
import { findAndModify } from './write/find-and-modify.ts'
import { insert } from './write/insert.ts'
import { update } from './write/update.ts'

/** Every command, by each name a client may use. */
const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [
    insert,
    update,
    remove,
    findAndModify,
    bulkWrite,
    find,
    getMore,
    killCursors,
    aggregate,
    count,
    distinct,
    makeExplain(findCommand),
    create,
    drop,
    dropDatabase,
    listCollections,
    renameCollection,
    collMod,
    convertToCapped,
    cloneCollectionAsCapped,
    createIndexes,
    listIndexes,
    dropIndexes,
    collStats,
    dataSize,
    dbStats,
    profile,
    connPoolStats,
    lockInfo,
    validate,
    hello,
    isMaster,
    ping,
    buildInfo,
    hostInfo,
    whatsMyUri,
    connectionStatus,
    getCmdLineOpts,
    getParameter,
    getLog,
    serverStatus,
    listDatabases,
    makeListCommands(namesOfCommands),
    fsync,
    getFreeMonitoringStatus,
    startSession,
    refreshSessions,
    endSessions,
    killSessions,
    killAllSessions,
    commitTransaction,
    abortTransaction,
    currentOp,
    killOp,
    configureFailPoint,
    ...refused,
  ].flatMap((command) => [command.name, ...(command.aliases ?? [])].map((name) => [name, command] as const)),
)

/** Those that do something, by their first names. */
function namesOfCommands(): string[] {
  const inUse = [...COMMANDS.values()].filter((command) => !refused.includes(command))
  return [...new Set(inUse.map(({ name }) => name))].sort()
}

export function findCommand(name: string): Command | undefined {
  return COMMANDS.get(name)
}
