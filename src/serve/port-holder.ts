import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Who listens on a port: known on Linux, for processes this user may look at. */
export interface PortHolder {
  pid: number
  /** The command as it was typed, cut short. */
  command: string
}

const listening = '0A'

/**
 * The process that listens on a TCP port of this machine.
 * @param procFolder where the kernel tells of processes
 * @returns `undefined` when nobody does, or the system does not tell
 */
export function findPortHolder(port: number, procFolder = '/proc'): PortHolder | undefined {
  const inodes = new Set(
    ['tcp', 'tcp6'].flatMap((table) => listeningInodes(`${procFolder}/net/${table}`, port)),
  )
  if (inodes.size === 0) return undefined
  const pid = tryTo(() => readdirSync(procFolder), [])
    .filter((name) => /^\d+$/.test(name))
    .find((name) => holdsOneOf(`${procFolder}/${name}/fd`, inodes))
  return pid === undefined
    ? undefined
    : { pid: Number(pid), command: commandOf(`${procFolder}/${pid}/cmdline`) }
}

/** Source: proc_pid_net(5): local address, remote address, state; the tenth column is the socket's inode. */
function listeningInodes(table: string, port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  return tryTo(() => readFileSync(table, 'utf8'), '')
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(`:${hexPort}`) && columns[3] === listening)
    .map((columns) => `socket:[${columns[9]}]`)
}

function holdsOneOf(folder: string, inodes: ReadonlySet<string>): boolean {
  return tryTo(() => readdirSync(folder), []).some((fd) =>
    inodes.has(tryTo(() => readlinkSync(`${folder}/${fd}`), '')),
  )
}

function commandOf(file: string): string {
  const words = tryTo(() => readFileSync(file, 'utf8'), '')
    .split('\0')
    .filter(Boolean)
  const command = words.join(' ')
  return command.length > 80 ? `${command.slice(0, 79)}…` : command
}

/** Processes come and go, and those of others cannot be read. */
function tryTo<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
