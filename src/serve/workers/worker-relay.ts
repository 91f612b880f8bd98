import type { Relay } from '../../base/relay.ts'

/** One worker's end of the way over the primary to the others. */
export interface WorkerRelay extends Relay {
  /** A message of another worker's came. */
  hear(topic: string, message: unknown): void
}

/** @param send takes a message to the primary, which hands it to all the others */
export function createWorkerRelay(send: (topic: string, message: unknown) => void): WorkerRelay {
  const listeners = new Map<string, Set<(message: unknown) => void>>()
  return {
    post: send,
    listen(topic, listener) {
      const all = listeners.get(topic) ?? new Set()
      listeners.set(topic, all)
      // Its own object: the same function may listen twice.
      const one = (message: unknown): void => listener(message)
      all.add(one)
      return () => {
        all.delete(one)
        if (all.size === 0) listeners.delete(topic)
      }
    },
    hear(topic, message) {
      for (const listener of listeners.get(topic) ?? []) listener(message)
    },
  }
}
