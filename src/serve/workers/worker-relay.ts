import type { Relay } from '../../base/relay.ts'

/** One worker's end of the way over the primary to the others. */
export interface WorkerRelay extends Relay {
  /** A message of another worker's came. */
  hear(topic: string, message: unknown, from: number): void
  /** The process of another worker has ended. */
  lose(process: number): void
}

/** @param send takes a message to the primary, which hands it to all the others */
export function createWorkerRelay(send: (topic: string, message: unknown) => void): WorkerRelay {
  const listeners = new Map<string, Set<(message: unknown, from: number) => void>>()
  const mourners = new Set<(process: number) => void>()
  return {
    post: send,
    listen(topic, listener) {
      const all = listeners.get(topic) ?? new Set()
      listeners.set(topic, all)
      // Its own object: the same function may listen twice.
      const one = (message: unknown, from: number): void => listener(message, from)
      all.add(one)
      return () => {
        all.delete(one)
        if (all.size === 0) listeners.delete(topic)
      }
    },
    onEnd(listener) {
      const one = (process: number): void => listener(process)
      mourners.add(one)
      return () => void mourners.delete(one)
    },
    hear(topic, message, from) {
      for (const listener of listeners.get(topic) ?? []) listener(message, from)
    },
    lose(process) {
      for (const mourner of mourners) mourner(process)
    },
  }
}
