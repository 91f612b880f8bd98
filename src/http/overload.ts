import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks'
import type { OverloadSettings } from '../project/index.ts'

/** Whether this process has more to do than it can: looked at twice a second, so that a request asks one variable. */
export interface Overload {
  readonly now: boolean
  close(): void
}

/** Milliseconds between two looks. */
const interval = 500
/** Milliseconds; what the monitor's own timer waits counts into its figures. */
const resolution = 10
const megabyte = 1 << 20

/**
 * @param tell hears when it begins, with what is exceeded, and when it is over
 * @returns `undefined` when nothing is to be watched
 */
export function watchOverload(
  limits: OverloadSettings,
  tell: (exceeded: string | undefined) => void,
): Overload | undefined {
  const { maxEventLoopDelay, maxEventLoopUtilization, maxHeap } = limits
  if (maxEventLoopDelay === 0 && maxEventLoopUtilization === 0 && maxHeap === 0) return undefined
  const delays = monitorEventLoopDelay({ resolution })
  if (maxEventLoopDelay > 0) delays.enable()
  let before: EventLoopUtilization = performance.eventLoopUtilization()
  let now = false
  const timer = setInterval(() => {
    const exceeded = look()
    if (now !== (exceeded !== undefined)) tell(exceeded)
    now = exceeded !== undefined
  }, interval).unref()

  function look(): string | undefined {
    const delay = delays.count === 0 ? 0 : delays.mean / 1e6 - resolution
    delays.reset()
    const { utilization } = performance.eventLoopUtilization(before)
    before = performance.eventLoopUtilization()
    if (maxEventLoopDelay > 0 && delay > maxEventLoopDelay)
      return `the event loop is ${Math.round(delay)} ms late`
    if (maxEventLoopUtilization > 0 && utilization > maxEventLoopUtilization)
      return `the event loop is busy for ${Math.round(utilization * 100)} % of the time`
    if (maxHeap > 0) {
      const heap = process.memoryUsage().heapUsed / megabyte
      if (heap > maxHeap) return `the heap has ${Math.round(heap)} MB`
    }
    return undefined
  }

  return {
    get now() {
      return now
    },
    close() {
      clearInterval(timer)
      delays.disable()
    },
  }
}
