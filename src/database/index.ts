export { openDatabase, type Database, type DatabaseOptions } from './database.ts'
export * from './errors.ts'
