import { createError, type ErrorFactory } from '../base/errors.ts'

export const badDatabaseUrl: ErrorFactory<[url: string, why: string]> = createError(
  'TAO_DATABASE_URL',
  (url: string, why: string) => `The database "${url}" cannot be used: ${why}.`,
)
