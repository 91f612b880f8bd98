import { createError, type ErrorFactory } from '../base/errors.ts'

export const badCacheUse: ErrorFactory<[what: string]> = createError(
  'TAO_CACHE_USE',
  (what: string) => `The cache was used wrongly: ${what}.`,
)
