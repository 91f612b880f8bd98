import { createServer, type Server, type Socket } from 'node:net'
import { chmod } from 'node:fs/promises'
import { stopAccepting } from '../base/stop-accepting.ts'
import { addressUrl, clearSocketFile, explainListenError, type Address, type Source } from './address.ts'

/** Whoever may write to a socket file may connect: the owner and its group, which a proxy can be made a member of. */
export const socketMode = 0o660

/** The listening socket: the parent has it from the first start to the end. */
export interface Listener {
  readonly url: string
  readonly address: Address
  /** Accepts nothing more; connections that were accepted live on. */
  close(): void
  /** The same, once those that wait to be accepted are. */
  end(): Promise<void>
}

/**
 * Listens, and hands over each connection before a byte of it is read.
 * @throws TAO_SERVE_... when the address cannot be had
 */
export async function openListener(source: Source, accept: (socket: Socket) => void): Promise<Listener> {
  if ('path' in source) await clearSocketFile(source.path)
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, accept)
  try {
    await listen(server, source)
    if ('path' in source) await chmod(source.path, socketMode)
  } catch (error) {
    server.close()
    throw explainListenError(error, source)
  }
  const address = addressOf(server, source)
  return {
    address,
    url: addressUrl(address),
    close: () => void server.close(),
    end: () => stopAccepting(server),
  }
}

function addressOf(server: Server, source: Source): Address {
  const bound = server.address()
  if (typeof bound === 'string' || bound === null) return { path: bound ?? '' }
  return { host: 'host' in source ? source.host : bound.address, port: bound.port }
}

function listen(server: Server, source: Source): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(source, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
