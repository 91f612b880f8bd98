import { createError, type ErrorFactory } from '../base/errors.ts'

export const moduleRefused: ErrorFactory<[module: string, reason: string]> = createError(
  'TAO_OFFLOAD_MODULE',
  (module: string, reason: string) => `${module} cannot be run in a thread: ${reason}.`,
)

export const noSuchFunction: ErrorFactory<[name: string, module: string, reason: string]> = createError(
  'TAO_OFFLOAD_FUNCTION',
  (name: string, module: string, reason: string) =>
    `"${name}" of ${module} cannot be run in a thread: ${reason}.`,
)

export const notCloneable: ErrorFactory<[what: string, name: string, reason: string]> = createError(
  'TAO_OFFLOAD_CLONE',
  (what: string, name: string, reason: string) =>
    `${what} of the offloaded "${name}" cannot be copied between threads: ${reason}.`,
)

export const threadsBusy: ErrorFactory<[name: string, threads: number, waiting: number]> = createError(
  'TAO_OFFLOAD_BUSY',
  (name: string, threads: number, waiting: number) =>
    `"${name}" was not started: ${threads} of ${threads} threads are busy and ${waiting} calls wait already.`,
  { status: 503 },
)

export const threadEnded: ErrorFactory<[name: string, reason: string]> = createError(
  'TAO_OFFLOAD_ENDED',
  (name: string, reason: string) => `The thread that ran "${name}" ended before it was done: ${reason}.`,
)
