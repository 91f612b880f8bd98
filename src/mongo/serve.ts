import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { Catalog } from './catalog/catalog.ts'
import { Data } from './collection/data.ts'
import type { StoreState } from './commands/command.ts'
import { dispatch, newClient } from './commands/dispatch.ts'
import type { FailPoints } from './commands/fail-points.ts'
import { Operations } from './commands/operations.ts'
import { startExpiry } from './commands/expiry.ts'
import { Cursors } from './cursor/cursors.ts'
import type { Claim } from './owner/claim.ts'
import { listen } from './owner/kernel-lock.ts'
import { Spills } from './spill/spills.ts'
import type { Engine } from './storage/engine.ts'
import { serveConnection } from './wire/connection.ts'

/** A store that answers on a socket. */
export interface Served {
  close(): Promise<void>
  /** The folder went to somebody else: nothing more may be written to it. */
  abandon(): Promise<void>
}

/** Answers commands over an engine, on the socket `path`. */
export async function serve(
  engine: Engine,
  path: string,
  claim: Claim | undefined,
  failPoints?: FailPoints,
): Promise<Served> {
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
    failPoints,
  }
  const expiry = startExpiry(store)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const connection = ++store.connections.made
    store.connections.open++
    const client = newClient(connection)
    sockets.add(socket)
    serveConnection(
      socket,
      (message, legacy) => dispatch(message, legacy, store, client),
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
