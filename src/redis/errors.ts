import { createError, type ErrorFactory } from '../base/errors.ts'

export const badRedisUrl: ErrorFactory<[url: string, why: string]> = createError(
  'TAO_REDIS_URL',
  (url: string, why: string) => `The Redis server "${url}" cannot be used: ${why}.`,
)
