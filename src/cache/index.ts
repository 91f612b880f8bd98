export { createCache } from './create-cache.ts'
export type { Cache, Kept, KeepOptions, Look } from './cache.ts'
