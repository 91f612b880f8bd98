import { checkCollectionName, checkCreatable } from '../catalog/namespace.ts'
import { Collection } from '../collection/collection.ts'
import { fail } from '../bson/errors.ts'
import type { View } from '../catalog/view.ts'
import type { StoreState } from './command.ts'

/** What a command reads: nothing there is an empty collection. */
export function findSource(store: StoreState, db: string, name: string): Collection | View | undefined {
  const found = store.catalog.find(db, name)
  // What is there has a good name.
  if (!found) checkCollectionName(db, name)
  return found
}

/** The collection a command works on; a view is refused. @throws MongoError 166, 73 */
export function findCollection(store: StoreState, db: string, name: string): Collection | undefined {
  const found = store.catalog.collection(db, name)
  if (!found) checkCollectionName(db, name)
  return found
}

/** The same, which must be there. @throws MongoError 26 */
export function mustFind(
  store: StoreState,
  db: string,
  name: string,
  message = `ns does not exist: ${db}.${name}`,
): Collection {
  return findCollection(store, db, name) ?? fail(26, message)
}

/** The collection to write to, made if it is not there yet. */
export function findOrCreate(store: StoreState, db: string, name: string): Collection {
  const found = findCollection(store, db, name)
  if (found) return found
  checkCreatable(db, name)
  return store.catalog.create(db, name, new Map())
}

export function isView(source: Collection | View | undefined): source is View {
  return source !== undefined && !(source instanceof Collection)
}
