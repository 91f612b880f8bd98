import { fail } from '../bson/errors.ts'

/** Refuses a database name a server would refuse. @throws MongoError 73 */
export function checkDatabaseName(name: string): void {
  if (name === '' || name.length > 63 || /[/\\. "$\0]/.test(name)) {
    fail(73, `Invalid database name: '${name}'`)
  }
}

/** Refuses a collection name a server would refuse. @throws MongoError 73 */
export function checkCollectionName(db: string, name: string): void {
  checkDatabaseName(db)
  const namespace = `${db}.${name}`
  if (
    name === '' ||
    name.startsWith('.') ||
    name.endsWith('.') ||
    name.includes('\0') ||
    name.includes('$')
  ) {
    fail(73, `Invalid namespace specified '${namespace}'`)
  }
  if (Buffer.byteLength(namespace) > 255)
    fail(73, `Fully qualified namespace is too long. Namespace: ${namespace} Max: 255`)
}

/** Refuses to make something of the server's own. @throws MongoError 73 */
export function checkCreatable(db: string, name: string): void {
  checkCollectionName(db, name)
  if (name.startsWith('system.') && !['system.js', 'system.profile'].includes(name)) {
    fail(73, `Invalid system namespace: ${db}.${name}`)
  }
}

/** Splits `db.collection.with.dots`. @throws MongoError 73 */
export function splitNamespace(namespace: string): [db: string, collection: string] {
  const dot = namespace.indexOf('.')
  if (dot <= 0 || dot === namespace.length - 1) fail(73, `Invalid namespace specified '${namespace}'`)
  return [namespace.slice(0, dot), namespace.slice(dot + 1)]
}
