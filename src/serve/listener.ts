import { createServer, type Server, type Socket } from 'node:net'
import { addressUrl, clearSocketFile, explainListenError, type Address } from './address.ts'

/** The listening socket: the parent has it from the first start to the end. */
export interface Listener {
  readonly url: string
  readonly address: Address
  /** Accepts nothing more; connections that were accepted live on. */
  close(): void
}

/**
 * Listens, and hands over each connection before a byte of it is read.
 * @throws TAO_SERVE_... when the address cannot be had
 */
export async function openListener(address: Address, accept: (socket: Socket) => void): Promise<Listener> {
  if ('path' in address) await clearSocketFile(address.path)
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, accept)
  try {
    await listen(server, address)
  } catch (error) {
    throw explainListenError(error, address)
  }
  const bound = server.address()
  const actual =
    'path' in address || bound === null || typeof bound === 'string'
      ? address
      : { ...address, port: bound.port }
  return { address: actual, url: addressUrl(actual), close: () => void server.close() }
}

function listen(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
