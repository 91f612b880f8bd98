import { connect } from 'node:net'
import { lstat, rm } from 'node:fs/promises'
import type { TaoError } from '../base/errors.ts'
import { addressUnknown, portDenied, portTaken } from './errors.ts'
import { findPortHolder } from './port-holder.ts'

/** Where a server listens. */
export type Address = { host: string; port: number } | { path: string }

/** An address, or the descriptor of a socket that listens already. */
export type Source = Address | { fd: number }

/** `127.0.0.1:8000`, `[::1]:8000` or the socket file's path. */
export function formatAddress(address: Address): string {
  if ('path' in address) return address.path
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

/** What a person opens: an address that means "all of them" is reached by the loopback's name. */
export function addressUrl(address: Address): string {
  if ('path' in address) return address.path
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]', '': '127.0.0.1' }[address.host]
  return `http://${host ?? formatAddress(address).replace(/:\d+$/, '')}:${address.port}`
}

/** The error of a failed `listen` as one sentence; errors of another kind come back as they are. */
export function explainListenError(error: unknown, address: Source): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if ('fd' in address)
    return addressUnknown(`The socket that descriptor ${address.fd} should be`, message, { cause: error })
  const where =
    'path' in address ? `The socket file ${address.path}` : `Port ${address.port} of ${address.host}`
  if (code === 'EADDRINUSE') return taken(where, address, error)
  if (code === 'EACCES' || code === 'EPERM') {
    const hint =
      'port' in address && address.port < 1024
        ? 'Ports below 1024 need more rights: choose another with --port'
        : undefined
    return portDenied(where, { hint, cause: error })
  }
  if (code === 'EADDRNOTAVAIL')
    return addressUnknown(where, `no network interface here has the address`, { cause: error })
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return addressUnknown(where, 'no such host is known', { cause: error })
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return addressUnknown(where, 'its folder does not exist', { cause: error })
  if (code === 'EINVAL' && 'path' in address) return addressUnknown(where, message, { cause: error })
  return error
}

function taken(where: string, address: Address, cause: unknown): TaoError {
  if ('path' in address)
    return portTaken(where, '', { hint: 'Stop that server, or choose another file', cause })
  const holder = findPortHolder(address.port)
  if (holder === undefined) {
    return portTaken(where, '', { hint: `Choose another: --port ${address.port + 1}`, cause })
  }
  const by = ` by process ${holder.pid}${holder.command === '' ? '' : ` (${holder.command})`}`
  return portTaken(where, by, {
    hint: `Choose another: --port ${address.port + 1}, or end it: kill ${holder.pid}`,
    cause,
  })
}

/** The longest path of a socket file; longer ones are cut off silently by some systems. Source: unix(7), `sun_path`. */
const longestSocketPath = process.platform === 'darwin' ? 103 : 107

/**
 * Clears the way for a socket file: one that a killed server left behind is removed, one that is answered is not.
 * @throws TAO_SERVE_PORT_TAKEN when a server answers there; TAO_SERVE_ADDRESS when the path cannot be one
 */
export async function clearSocketFile(path: string): Promise<void> {
  if (Buffer.byteLength(path) > longestSocketPath) {
    throw addressUnknown(`The socket file ${path}`, `its path is longer than ${longestSocketPath} bytes`)
  }
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  if (!found.isSocket()) throw addressUnknown(`The socket file ${path}`, 'there is a file of another kind')
  if (await isAnswered(path)) throw taken(`The socket file ${path}`, { path }, undefined)
  await rm(path, { force: true })
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
