import type { Site } from '../../site/index.ts'

/** Milliseconds between two looks at the memory. */
const lookEvery = 1000

/**
 * Says once when a worker has answered its requests, or takes more memory than it may: what leaks a little is then harmless.
 * @param tell hears why, as the end of a sentence that begins with the worker
 */
export function watchWear(
  { server, settings, log }: Pick<Site, 'server' | 'settings' | 'log'>,
  tell: (why: string) => void,
): void {
  const { maxRequests, maxMemory } = settings.workers
  let isWorn = false
  const wear = (why: string): void => {
    if (!isWorn) tell(why)
    isWorn = true
  }
  if (maxRequests > 0) {
    // Workers that began together would otherwise be exchanged together.
    const most = maxRequests + Math.floor((Math.random() * maxRequests) / 5)
    let requests = 0
    server.on('request', () => {
      requests += 1
      if (requests === most) wear(`has answered ${most} requests`)
    })
  }
  if (maxMemory > 0) {
    const atStart = memory()
    if (atStart > maxMemory) {
      // Exchanged for one of the same size, and so on without end.
      log.warn(
        `settings.workers.maxMemory is ${maxMemory} MB, and the site takes ${atStart} MB as it starts: ignored`,
      )
      return
    }
    setInterval(() => {
      const taken = memory()
      if (taken > maxMemory) wear(`takes ${taken} MB`)
    }, lookEvery).unref()
  }
}

/** Megabytes. */
function memory(): number {
  return Math.round(process.memoryUsage.rss() / (1 << 20))
}
