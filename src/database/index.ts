export { openDatabase, type Database, type DatabaseOptions } from './database.ts'
export { openStore } from './open-store.ts'
export * from './errors.ts'
