import { createError, type ErrorFactory } from '../base/errors.ts'

export const badDatabaseUrl: ErrorFactory<[url: string, why: string]> = createError(
  'TAO_DATABASE_URL',
  (url: string, why: string) => `The database "${url}" cannot be used: ${why}.`,
)

export const storeNotOpened: ErrorFactory<[why: string]> = createError(
  'TAO_STORE_NOT_OPENED',
  (why: string) => `The embedded store cannot be opened: ${why.replace(/^The /, 'the ').replace(/\.$/, '')}.`,
)
