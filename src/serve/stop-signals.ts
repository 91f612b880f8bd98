/** How the server is asked to end: gently the first time, at once the second. */
export interface StopSignals {
  /** Resolves at the first signal. */
  readonly first: Promise<void>
  /** Resolves at the second one. */
  readonly second: Promise<void>
  release(): void
}

/**
 * @param abort counts as a signal, too
 * @param names what counts; SIGHUP has another meaning where there are workers
 */
export function listenForStop(
  abort?: AbortSignal,
  names: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'],
): StopSignals {
  let first!: () => void
  let second!: () => void
  const signals: StopSignals = {
    first: new Promise((resolve) => {
      first = resolve
    }),
    second: new Promise((resolve) => {
      second = resolve
    }),
    release() {
      for (const name of names) process.off(name, heard)
      abort?.removeEventListener('abort', heard)
    },
  }
  let count = 0
  function heard(): void {
    count += 1
    if (count === 1) first()
    else second()
  }
  for (const name of names) process.on(name, heard)
  abort?.addEventListener('abort', heard)
  if (abort?.aborted === true) heard()
  return signals
}
