export { createCache } from './create-cache.ts'
export type { Cache, Flight, Kept, KeepOptions, Look } from './cache.ts'
