/**
 * The listening sockets that a service manager opened for this process, as descriptors; none for a process that was not
 * started by one. Source: sd_listen_fds(3).
 * @param env loses the variables, so that no child takes them for its own
 */
export function takeInheritedSockets(env: NodeJS.ProcessEnv, pid: number): number[] {
  const isMeant = Number(env['LISTEN_PID']) === pid
  const count = isMeant ? Number(env['LISTEN_FDS']) : 0
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name]
  return Array.from({ length: Number.isInteger(count) ? count : 0 }, (_, index) => firstInherited + index)
}

/** `SD_LISTEN_FDS_START`. */
const firstInherited = 3
