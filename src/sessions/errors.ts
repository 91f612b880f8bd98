import { createError, type ErrorFactory } from '../base/errors.ts'

export const sessionKeyWeak: ErrorFactory<[length: number]> = createError(
  'TAO_SESSION_KEY_WEAK',
  (length: number) =>
    length === 0
      ? 'Sessions need a secret key and there is none'
      : `A secret key for sessions is ${length} characters long; at least 32 are needed`,
)

export const sessionTooLarge: ErrorFactory<[size: number, largest: string]> = createError(
  'TAO_SESSION_TOO_LARGE',
  (size: number, largest: string) =>
    `The session does not fit into a cookie: ${size} bytes, and browsers keep 4096. The largest part is ${largest}`,
)

export const sessionValue: ErrorFactory<[key: string, reason: string]> = createError(
  'TAO_SESSION_VALUE',
  (key: string, reason: string) => `The session cannot keep "${key}": ${reason}`,
)
