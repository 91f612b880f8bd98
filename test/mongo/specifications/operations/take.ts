import type { Document } from 'mongodb'

/** The named arguments in their order, and behind them the others as the options a driver takes. */
export function take(given: Document, ...names: string[]): [...unknown[], Document] {
  const rest = { ...given }
  const taken = names.map((name) => {
    const value: unknown = rest[name]
    delete rest[name]
    return value
  })
  return [...taken, rest]
}

/** Calls a method of the driver with them. */
export function send<T>(...names: string[]): (method: keyof T) => (target: T, given: Document) => unknown {
  return (method) => (target, given) =>
    (target[method] as (...args: unknown[]) => unknown)(...take(given, ...names))
}
