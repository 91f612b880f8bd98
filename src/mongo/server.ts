import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { claimFolder, type Claim } from './owner/claim.ts'
import { memorySocketPath, socketUri } from './owner/socket-path.ts'
import type { Served } from './serve.ts'

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
  | {
      readonly memory: true
      readonly name?: string | undefined
      /** Knows `configureFailPoint` with `failCommand`, for tests of what comes when a server fails. */
      readonly failPoints?: boolean | undefined
    }

/**
 * Opens a document store that MongoDB's own driver can talk to.
 *
 * With a folder this process becomes the owner of the data in it, or reaches the process that is; when that one ends,
 * one of the others takes its place, on the same socket. With `memory` the data end with the process.
 *
 * @throws StoreError when the folder is read-only, full, damaged, of a newer version, or held out of reach
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return 'memory' in options ? openMemoryStore(options) : openFolderStore(options.folder)
}

async function openMemoryStore({
  name = 'store',
  failPoints = false,
}: {
  name?: string | undefined
  failPoints?: boolean | undefined
}): Promise<Store> {
  const safe = name.replace(/[^\w-]/g, '').slice(0, 16)
  const path = memorySocketPath(`${safe}-${randomBytes(6).toString('hex')}`)
  const { serveMemory } = await import('./serve-memory.ts')
  const served = await serveMemory(path, failPoints)
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
    let lost = false
    const claim = await claimFolder(path, () => {
      lost = true
      void served?.abandon()
    })
    if (closed) {
      if (claim.owner) await claim.release()
      return
    }
    uri = socketUri(claim.socket)
    if (!claim.owner) {
      watch = watchOwner(claim.socket, () => void follow())
      return
    }
    served = await serve(claim, warnings)
    if (lost) await served.abandon()
    if (closed) await served.close()
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

/** Loads what answers commands, which a process that reaches another's store does without. */
async function serve(claim: Claim, warnings: string[]): Promise<Served> {
  try {
    const { serveFolder } = await import('./serve-folder.ts')
    return await serveFolder(claim, warnings)
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
