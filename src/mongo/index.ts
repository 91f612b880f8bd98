export { openStore } from './server.ts'
export type { Store, StoreOptions } from './server.ts'
