import type { Db, Document } from 'mongodb'
import { decode, toLibrary, type Doc } from '../mongo/index.ts'

/** What is needed to make a collection or view again. */
export interface CollectionShape {
  readonly name: string
  readonly isView: boolean
  readonly isTimeSeries: boolean
  readonly options: Doc
  /** Without that of _id, which every collection has. */
  readonly indexes: readonly Doc[]
}

/** Holds the mark of a copy under way; never copied or exported. */
export const markCollection = 'tao.copy'

/** The collections and views of a database, views last, each group by name; read as bytes, so that no order is lost. */
export async function readShapes(db: Db, only?: string): Promise<CollectionShape[]> {
  const listed = await db.listCollections(only === undefined ? {} : { name: only }, { raw: true }).toArray()
  const shapes: CollectionShape[] = []
  for (const each of listed as unknown as Uint8Array[]) {
    const found = decode(each)
    const name = found.get('name') as string
    if (name.startsWith('system.') || name === markCollection) continue
    const type = found.get('type')
    const isView = type === 'view'
    shapes.push({
      name,
      isView,
      isTimeSeries: type === 'timeseries',
      options: (found.get('options') as Doc | undefined) ?? new Map(),
      indexes: isView ? [] : await readIndexes(db, name),
    })
  }
  return shapes.sort((a, b) => Number(a.isView) - Number(b.isView) || (a.name < b.name ? -1 : 1))
}

async function readIndexes(db: Db, name: string): Promise<Doc[]> {
  const listed = await db.collection(name).listIndexes({ raw: true }).toArray()
  return (listed as unknown as Uint8Array[])
    .map((each) => decode(each))
    .filter((index) => index.get('name') !== '_id_')
    .map((index) => new Map([...index].filter(([key]) => key !== 'ns')))
}

/** Makes a collection or view. One that is there stays as it is: false when its options are others. */
export async function makeCollection(db: Db, { name, options }: CollectionShape): Promise<boolean> {
  // Of old servers, and unknown to new ones.
  const kept = [...options].filter(([key]) => key !== 'autoIndexId' && key !== 'uuid' && key !== 'flags')
  try {
    await db.command({
      create: name,
      ...Object.fromEntries(kept.map(([key, value]) => [key, toLibrary(value)])),
    })
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 48) return false
    throw error
  }
}

/** Builds the indexes; those that are there already are left alone. */
export async function makeIndexes(db: Db, { name, indexes }: CollectionShape): Promise<void> {
  if (indexes.length === 0) return
  await db.command({ createIndexes: name, indexes: indexes.map((index) => toLibrary(index) as Document) })
}
