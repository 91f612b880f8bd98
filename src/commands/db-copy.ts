import { randomUUID } from 'node:crypto'
import type { Db } from 'mongodb'
import { TaoError } from '../base/errors.ts'
import { count } from '../base/text.ts'
import type { Database } from '../database/index.ts'
import type { CommandWorld } from './command.ts'
import {
  makeCollection,
  makeIndexes,
  markCollection,
  readShapes,
  type CollectionShape,
} from './db-collections.ts'
import { compareCopies, type Compared } from './db-compare.ts'
import { findAddress, untilInterrupted, withDatabase, withExisting, type Interruption } from './db-open.ts'
import { createProgress, type Progress } from './db-progress.ts'
import { createWriter } from './db-write.ts'
import { copyDiffers, copyRefused, interruptedWork, targetNotEmpty, wrongUsage } from './errors.ts'

interface CopyOptions {
  from: string | undefined
  to: string | undefined
  collection: string | undefined
  merge: boolean
  force: boolean
  json: boolean
}

/** What a copy under way keeps in its target. */
interface Mark {
  _id: string
  /** What is copied; missing until what there was before is dropped. */
  from?: string
  dropped?: boolean
  token: string
}

interface Copying {
  readonly source: Db
  readonly target: Db
  readonly shapes: readonly CollectionShape[]
  readonly progress: Progress
  readonly interruption: Interruption
}

/**
 * `tao db copy`: collections with their options, documents in batches, a comparison of every document by its hash, and
 * the indexes. The source is only read. A mark in the target tells an unfinished copy, which a repetition goes on with.
 */
export async function copyDatabase(world: CommandWorld, options: CopyOptions): Promise<number> {
  const { to, merge, force } = options
  if (to === undefined) throw wrongUsage('tao db copy needs --to URL.', { hint: 'Say where to copy to.' })
  if (merge && force)
    throw wrongUsage('--merge keeps what is in the target and --force drops it: choose one.')
  const interruption = {
    signal: world.interruption(),
    error: () => interruptedWork('The copy', { hint: 'The same command goes on with it; nothing is lost.' }),
  }
  const between = async (source: Database, target: Database): Promise<number> => {
    const shapes = await readShapes(source.db, options.collection)
    checkShapes(shapes, options.collection)
    await enterTarget(source, target, options)
    const progress = createProgress(world.stderr)
    try {
      const compared = await copyAll(
        { source: source.db, target: target.db, shapes, progress, interruption },
        merge,
      )
      await target.db.dropCollection(markCollection)
      progress.end()
      report(world, options.json, target.label, compared)
      return 0
    } catch (error) {
      if (error instanceof TaoError && error.code === copyDiffers.code) {
        await target.db
          .collection<Mark>(markCollection)
          .updateOne({ _id: 'copy' }, { $unset: { dropped: 1 } })
      }
      throw error
    } finally {
      progress.end()
    }
  }
  return withExisting(
    world,
    options.from,
    async (source) =>
      withDatabase(
        await findAddress(world, to),
        (target) => untilInterrupted(between(source, target), interruption),
        interruption,
      ),
    interruption,
  )
}

function checkShapes(shapes: readonly CollectionShape[], only: string | undefined): void {
  if (only !== undefined && shapes.length === 0) {
    throw wrongUsage(`There is no collection "${only}".`, { hint: 'tao db status lists the collections.' })
  }
  const series = shapes.find(({ isTimeSeries }) => isTimeSeries)
  if (series) {
    throw copyRefused(`${series.name} is a time series, whose documents cannot be replaced by their _id.`, {
      hint: "MongoDB's own mongodump copies it.",
    })
  }
}

/** Makes sure that the target is another database and may be written to, and marks it. */
async function enterTarget(source: Database, target: Database, { merge, force }: CopyOptions): Promise<void> {
  const mark = target.db.collection<Mark>(markCollection)
  const before = await mark.findOne({ _id: 'copy' })
  const token = randomUUID()
  const goesOn = before?.from === source.label
  const isFree = merge || force || goesOn || !(await hasDocuments(target.db))
  if (!isFree) {
    throw targetNotEmpty(target.label, {
      hint: '--merge replaces documents of the same _id and keeps the others; --force drops all of it first.',
    })
  }
  // A forced copy that is repeated has dropped what there was, unless it was cut short before or did not come out equal.
  const drops = force && !(goesOn && before.dropped === true)
  const change = drops
    ? { $set: { token }, $unset: { from: 1, dropped: 1 } as const }
    : { $set: { from: source.label, token } }
  await mark.updateOne({ _id: 'copy' }, change, { upsert: true })
  // However the URLs are written: what was marked here and is seen there is one and the same.
  const seen = await source.db
    .collection<{ _id: string; token: string }>(markCollection)
    .findOne({ _id: 'copy' })
  if (seen?.token === token) {
    await target.db.dropCollection(markCollection)
    throw wrongUsage('The database to copy from and the one to copy to are the same.')
  }
  if (!drops) return
  for (const { name } of await readShapes(target.db)) await target.db.dropCollection(name)
  await mark.updateOne({ _id: 'copy' }, { $set: { from: source.label, dropped: true } })
}

async function hasDocuments(db: Db): Promise<boolean> {
  for (const { name, isView } of await readShapes(db)) {
    if (isView || (await db.collection(name).findOne({}, { projection: { _id: 1 } }))) return true
  }
  return false
}

async function copyAll(copying: Copying, merge: boolean): Promise<Compared[]> {
  const { source, target, shapes, progress, interruption } = copying
  const compared: Compared[] = []
  for (const shape of shapes) {
    if (!(await makeCollection(target, shape)) && !merge) {
      throw copyRefused(`${shape.name} is in the target already, with other options.`, {
        hint: '--merge keeps these, --force drops what is there first.',
      })
    }
    if (shape.isView) continue
    await copyDocuments(copying, shape.name)
    compared.push(await compareCopies(source, target, shape.name, { merge, progress, interruption }))
    // Not before the comparison: a TTL index may begin to delete.
    progress.start(`${shape.name}: indexes`)
    await makeIndexes(target, shape)
  }
  return compared
}

async function copyDocuments(
  { source, target, progress, interruption }: Copying,
  name: string,
): Promise<void> {
  const collection = source.collection(name)
  const writer = createWriter(target, name)
  progress.start(`${name}: copy`, await collection.estimatedDocumentCount())
  for await (const bytes of collection.find({}, { raw: true }).sort({ $natural: 1 })) {
    if (interruption.signal.aborted) throw interruption.error()
    await writer.write(bytes as unknown as Uint8Array)
    progress.add(1)
  }
  await writer.flush()
}

function report(
  { stdout, stderr }: CommandWorld,
  json: boolean,
  label: string,
  compared: readonly Compared[],
): void {
  if (json) stdout.line(JSON.stringify({ to: label, collections: compared }, undefined, 2))
  else {
    for (const { collection, documents, hash } of compared) {
      stdout.line(`${collection}  ${count(documents, 'document')}  ${stdout.style('dim', hash)}`)
    }
  }
  stderr.line(`${count(compared.length, 'collection')} copied to ${label} and compared.`)
}
