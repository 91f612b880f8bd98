import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'

/** A lock the kernel frees when its process ends, however it ends. */
export interface KernelLock {
  release(): Promise<void>
}

/**
 * Takes the lock of a folder: an abstract socket (Linux) named after the folder itself, not its path, so that links and
 * bind mounts agree. It carries no data: abstract sockets have no permissions.
 *
 * @returns the lock, 'held' when a living process of this network namespace has it, or undefined where there are none.
 */
export async function takeKernelLock(folder: string, id: string): Promise<KernelLock | 'held' | undefined> {
  if (process.platform !== 'linux') return undefined
  const { dev, ino } = statSync(folder, { bigint: true })
  const name = createHash('sha256').update(`${id} ${dev} ${ino}`).digest('hex').slice(0, 40)
  const server = createServer((socket) => socket.destroy())
  try {
    await listen(server, `\0tao-${name}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return 'held'
    throw error
  }
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** Listens here and nowhere else: in a worker of node:cluster the parent would listen otherwise. */
export function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
