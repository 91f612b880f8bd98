export { openStore } from './server.ts'
export type { Store, StoreOptions } from './server.ts'
export { StoreError } from './storage/errors.ts'
export type { StoreErrorCode } from './storage/errors.ts'
