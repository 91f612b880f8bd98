import type { Layer } from './layer.ts'

const nothing = (): Promise<void> => Promise.resolve()

/** There is this process and no other. */
export const noLayer: Layer = {
  subscribe: nothing,
  unsubscribe: () => {},
  publish: nothing,
  enter: nothing,
  leave: nothing,
  others: () => Promise.resolve([]),
  warm: () => {},
  close: nothing,
}
