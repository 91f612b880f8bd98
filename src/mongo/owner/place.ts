import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Where a process lives, as far as process numbers and local sockets reach: two processes of one place can tell
 * whether the other is alive. On Linux that is the running kernel and the network namespace (containers differ).
 */
export function currentPlace(): string {
  if (process.platform !== 'linux') return hostname()
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/net')}`
  } catch {
    return hostname()
  }
}
