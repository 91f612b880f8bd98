import { createError, type ErrorFactory } from '../base/errors.ts'

export const portTaken: ErrorFactory<[where: string, holder: string]> = createError<
  [where: string, holder: string]
>('TAO_SERVE_PORT_TAKEN', (where, holder) => `${where} is in use already${holder}`)

export const portDenied: ErrorFactory<[where: string]> = createError<[where: string]>(
  'TAO_SERVE_PORT_DENIED',
  (where) => `${where} may not be listened on by this user`,
)

export const addressUnknown: ErrorFactory<[where: string, reason: string]> = createError<
  [where: string, reason: string]
>('TAO_SERVE_ADDRESS', (where, reason) => `${where} cannot be listened on: ${reason}`)

export const siteCrashed: ErrorFactory<[how: string]> = createError<[how: string]>(
  'TAO_SERVE_CRASHED',
  (how) => `The site's process ended by itself ${how}`,
)

export const siteSlow: ErrorFactory<[seconds: number]> = createError<[seconds: number]>(
  'TAO_SERVE_SLOW_START',
  (seconds) => `The site has not started within ${seconds} seconds`,
)

export const workersDie: ErrorFactory<[times: number, last: string]> = createError<
  [times: number, last: string]
>(
  'TAO_SERVE_WORKERS_DIE',
  (times, last) =>
    `The workers end one after the other, ${times} times so far and none is left. The last one: ${last}`,
)

export const badWorkers: ErrorFactory<[what: string, value: string]> = createError<
  [what: string, value: string]
>(
  'TAO_SERVE_WORKERS',
  (what, value) => `${what} cannot be ${value}: it is "auto" or a whole number from 1 to 256`,
)
