import { setFlagsFromString } from 'node:v8'

/** Collects the short-lived objects of a process in one thread. */
export const ONE_THREAD = '--no-parallel-scavenge'

/** The last V8 that was seen to know it: that of Node 26. */
const LAST_KNOWN = 14

/**
 * Sets V8's collector of short-lived objects up for a server, most of whose objects die with their request. By default it
 * divides the little that lives on among threads and waits for them to run; where the processors are busy, with other
 * workers or with the clients, that takes several times as long as doing it alone.
 *
 * @param given what Node was started with: flags of one's own for the collector are left as they are
 */
export function tuneCollector(
  given: readonly string[] = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''],
  set: (flag: string) => void = setFlagsFromString,
): void {
  // V8 complains on stderr of a flag it does not know, and there is no asking it before.
  if (Number.parseInt(process.versions.v8) > LAST_KNOWN) return
  if (!given.some((words) => /scaveng|single-threaded/.test(words))) set(ONE_THREAD)
}
