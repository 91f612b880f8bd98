import { count } from '../base/text.ts'
import type { Database } from '../database/index.ts'
import { readHolder, socketUri } from '../mongo/index.ts'
import type { CommandWorld } from './command.ts'
import { readShapes } from './db-collections.ts'
import { findAddress, isThere, withDatabase, type DatabaseAddress } from './db-open.ts'
import { printTable } from './print-table.ts'

interface CollectionStatus {
  name: string
  kind: 'collection' | 'view' | 'timeseries'
  documents: number | null
  bytes: number | null
  indexes: { name: string; key: Record<string, unknown>; bytes: number | null }[]
}

interface DatabaseStatus {
  url: string
  kind: 'embedded' | 'memory' | 'server'
  exists: boolean
  folder: string | null
  /** The process that serves an embedded store; null when none does. */
  owner: { pid: number; host: string; since: string } | null
  /** What mongosh and other tools connect to, as long as the owner serves it. */
  connect: string | null
  database: string | null
  collections: CollectionStatus[]
}

/** `tao db status`: where the database is, who owns it, and what is in it. */
export async function showStatus(
  world: CommandWorld,
  { from, json }: { from: string | undefined; json: boolean },
): Promise<number> {
  const address = await findAddress(world, from)
  const status = isThere(address)
    ? await withDatabase(address, (database) => readStatus(database, address))
    : { ...describe(address, address.url), exists: false }
  if (json) world.stdout.line(JSON.stringify(status, undefined, 2))
  else printStatus(world, status)
  return 0
}

function describe({ url, folder }: DatabaseAddress, label: string): DatabaseStatus {
  return {
    url: label,
    kind: folder !== undefined ? 'embedded' : url === 'memory:' ? 'memory' : 'server',
    exists: true,
    folder: folder ?? null,
    owner: null,
    connect: null,
    database: null,
    collections: [],
  }
}

async function readStatus({ db, label }: Database, address: DatabaseAddress): Promise<DatabaseStatus> {
  const collections: CollectionStatus[] = []
  for (const { name, isView, isTimeSeries } of await readShapes(db)) {
    const kind = isView ? 'view' : isTimeSeries ? 'timeseries' : 'collection'
    if (isView) {
      collections.push({ name, kind, documents: null, bytes: null, indexes: [] })
      continue
    }
    const stats = await db.command({ collStats: name })
    const sizes = (stats['indexSizes'] ?? {}) as Record<string, number>
    const indexes = await db.collection(name).listIndexes().toArray()
    collections.push({
      name,
      kind,
      documents: Number(stats['count'] ?? 0),
      bytes: Number(stats['size'] ?? 0),
      indexes: indexes.map((index) => ({
        name: String(index['name']),
        key: index['key'] as Record<string, unknown>,
        bytes: sizes[String(index['name'])] ?? null,
      })),
    })
  }
  const holder = address.folder === undefined ? undefined : readHolder(address.folder)
  // This process owns what nobody else did, for the moment of the look.
  const other = holder && holder.pid !== process.pid ? holder : undefined
  return {
    ...describe(address, label),
    owner: other ? { pid: other.pid, host: other.host, since: other.since } : null,
    connect: other ? `${socketUri(other.socket)}${db.databaseName}` : null,
    database: db.databaseName,
    collections,
  }
}

function printStatus({ stdout, stderr }: CommandWorld, status: DatabaseStatus): void {
  const { url, kind, folder, owner, connect, database, collections, exists } = status
  const row = (name: string, value: string): void =>
    stdout.line(`${stdout.style('dim', name.padEnd(10))}${value}`)
  row('at', url)
  row('kind', kind === 'embedded' ? 'embedded store' : kind === 'server' ? 'MongoDB server' : 'memory')
  if (folder !== null) row('folder', folder)
  if (!exists) return stderr.line('It is not there yet: it is made when the site first uses it.')
  if (database !== null) row('database', database)
  if (kind === 'embedded') {
    row('owner', owner ? `process ${owner.pid} on ${owner.host} since ${owner.since}` : 'none')
    if (connect !== null) row('connect', connect)
  }
  if (collections.length === 0) return stderr.line('There are no collections yet.')
  stdout.line()
  printTable(
    stdout,
    ['collection', 'documents', 'size', 'indexes'],
    collections.map(({ name, kind: type, documents, bytes, indexes }) => [
      name,
      documents === null ? type : String(documents),
      bytes === null ? '-' : formatSize(bytes),
      indexes
        .map((index) => (index.bytes === null ? index.name : `${index.name} (${formatSize(index.bytes)})`))
        .join(', ') || '-',
    ]),
  )
  stderr.line(stderr.style('dim', count(collections.length, 'collection')))
}

function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = -1
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}
