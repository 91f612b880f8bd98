import { createError, type ErrorFactory } from '../base/errors.ts'

export const userWithoutId: ErrorFactory<[what: string]> = createError(
  'TAO_USER_ID',
  (what: string) => `login() got ${what}.`,
)

export const userUnknown: ErrorFactory<[id: string, where: string]> = createError(
  'TAO_USER_UNKNOWN',
  (id: string, where: string) => `There is no user "${id}" in ${where}.`,
)
