import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Catalog } from './catalog/catalog.ts'
import { Data } from './collection/data.ts'
import type { StoreState } from './commands/command.ts'
import { dispatch } from './commands/dispatch.ts'
import { Operations } from './commands/operations.ts'
import { startExpiry } from './commands/expiry.ts'
import { Cursors } from './cursor/cursors.ts'
import { claimFolder, type Claim } from './owner/claim.ts'
import { listen } from './owner/kernel-lock.ts'
import { memorySocketPath, socketUri } from './owner/socket-path.ts'
import { Spills } from './spill/spills.ts'
import type { Engine } from './storage/engine.ts'
import { openMemoryEngine } from './storage/memory-engine.ts'
import { serveConnection } from './wire/connection.ts'

/** An open store: hand `uri` to the driver's `MongoClient`, call `close` when done. */
export interface Store {
  /** What `MongoClient` takes; the database name may be appended. */
  readonly uri: string
  /** Whether this process owns the data; otherwise it reaches the owner through its socket. It may become the owner. */
  readonly owner: boolean
  /** What opening found that somebody should know: one sentence each, mostly none. */
  readonly warnings: readonly string[]
  /** Stops serving and puts everything on the disk (owner), or just lets go (others). */
  close(): Promise<void>
}

export type StoreOptions =
  | { readonly folder: string }
  | { readonly memory: true; readonly name?: string | undefined }

/**
 * Opens a document store that MongoDB's own driver can talk to.
 *
 * With a folder this process becomes the owner of the data in it, or reaches the process that is; when that one ends,
 * one of the others takes its place, on the same socket. With `memory` the data end with the process.
 *
 * @throws StoreError when the folder is read-only, full, damaged, of a newer version, or held out of reach
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return 'memory' in options ? openMemoryStore(options.name) : openFolderStore(options.folder)
}

async function openMemoryStore(name = 'store'): Promise<Store> {
  const safe = name.replace(/[^\w-]/g, '').slice(0, 16)
  const path = memorySocketPath(`${safe}-${randomBytes(6).toString('hex')}`)
  const served = await serve(openMemoryEngine(), path, undefined)
  return { uri: socketUri(path), owner: true, warnings: [], close: () => served.close() }
}

async function openFolderStore(path: string): Promise<Store> {
  let served: Served | undefined
  let watch: Socket | undefined
  let closed = false
  let uri = ''
  const warnings: string[] = []

  /** Owns the folder or watches who does; when that one goes, tries again. */
  const settle = async (): Promise<void> => {
    const claim = await claimFolder(path, () => void served?.abandon())
    if (closed) {
      if (claim.owner) await claim.release()
      return
    }
    uri = socketUri(claim.socket)
    if (claim.owner) served = await serveFolder(claim, warnings)
    else watch = watchOwner(claim.socket, () => void follow())
  }

  const follow = async (): Promise<void> => {
    // What keeps one from taking over may pass: another is quicker, the disk is full for a while.
    for (let attempt = 0; attempt < 20; attempt++) {
      if (closed) return
      try {
        await settle()
        return
      } catch {
        await delay(50 * (attempt + 1), undefined, { ref: false })
      }
    }
  }

  await settle()
  return {
    uri,
    warnings,
    get owner() {
      return served !== undefined
    },
    async close() {
      closed = true
      watch?.destroy()
      await served?.close()
    },
  }
}

async function serveFolder(claim: Claim, warnings: string[]): Promise<Served> {
  try {
    // Compiled code: a store in memory, and a process that reaches another's, do without it.
    const { openLmdbEngine } = await import('./storage/lmdb-engine.ts')
    const engine = openLmdbEngine(claim.folder)
    for (const copy of engine.damaged) {
      warnings.push(`A log was damaged and is read as far as it is whole; a copy is kept as ${copy}.`)
    }
    if (engine.failure) warnings.push(`${engine.failure.message} The store is read-only.`)
    return await serve(engine, claim.socket, claim)
  } catch (error) {
    await claim.release()
    throw error
  }
}

/** A connection that says nothing: its end is the end of the owner. */
function watchOwner(path: string, gone: () => void): Socket {
  const socket = connect(path)
  socket.unref()
  socket.on('error', () => undefined)
  socket.once('close', gone)
  return socket
}

interface Served {
  close(): Promise<void>
  /** The folder went to somebody else: nothing more may be written to it. */
  abandon(): Promise<void>
}

async function serve(engine: Engine, path: string, claim: Claim | undefined): Promise<Served> {
  const data = new Data(engine)
  const store: StoreState = {
    catalog: new Catalog(data),
    data,
    cursors: new Cursors(),
    operations: new Operations(),
    spills: new Spills(claim?.folder),
    started: new Date(),
    folder: claim?.folder,
    connections: { open: 0, made: 0 },
    served: new Map(),
  }
  const expiry = startExpiry(store)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const connection = ++store.connections.made
    store.connections.open++
    sockets.add(socket)
    serveConnection(
      socket,
      (message, legacy) => dispatch(message, legacy, store, connection),
      () => {
        store.connections.open--
        store.operations.killOf(connection)
        sockets.delete(socket)
      },
    )
  })
  await listenAt(server, path)

  const stop = async (): Promise<void> => {
    expiry.stop()
    store.cursors.close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
    await store.operations.end()
    await store.catalog.trash.stop()
  }
  const close = async (): Promise<void> => {
    await stop()
    try {
      await engine.close()
    } finally {
      await claim?.release()
    }
  }
  const abandon = (): Promise<void> => {
    engine.abandon()
    return (closing ??= stop())
  }
  let closing: Promise<void> | undefined
  return { close: () => (closing ??= close()), abandon }
}

/** A socket file left by a killed process is in the way of its heir, who holds the lock that makes removing it safe. */
async function listenAt(server: Server, path: string): Promise<void> {
  if (process.platform !== 'win32') rmSync(path, { force: true })
  await listen(server, path)
}
