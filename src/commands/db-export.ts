import { resolve } from 'node:path'
import { count } from '../base/text.ts'
import type { Database } from '../database/index.ts'
import { decode, writeEjson, type Value } from '../mongo/index.ts'
import type { CommandWorld } from './command.ts'
import { readShapes } from './db-collections.ts'
import { writeExportFile, type Print } from './db-export-file.ts'
import { untilInterrupted, withExisting, type Interruption } from './db-open.ts'
import { createProgress } from './db-progress.ts'
import { interruptedWork, wrongUsage } from './errors.ts'

/**
 * `tao db export`: a line that says what the file is, one for each collection with its options and indexes, one for
 * each document, and one that says that nothing is missing. A file appears when it is whole, and not before.
 */
export async function exportDatabase(
  world: CommandWorld,
  file: string,
  { from, collection }: { from: string | undefined; collection: string | undefined },
): Promise<number> {
  const signal = world.interruption()
  const interruption = {
    signal,
    error: () =>
      interruptedWork('The export', {
        hint: file === '-' ? 'What came out is not whole.' : 'There is what was there before.',
      }),
  }
  const work = async (database: Database): Promise<number> => {
    const write = (print: Print): Promise<number> =>
      untilInterrupted(exportTo(print, database, collection, world, interruption), interruption)
    const documents =
      file === '-'
        ? await write((line) => world.stdout.write(`${line}\n`))
        : await writeExportFile(resolve(world.cwd, file), write)
    world.stderr.line(`${count(documents, 'document')} exported from ${database.label}.`)
    return 0
  }
  return withExisting(world, from, work, interruption)
}

async function exportTo(
  print: Print,
  { db }: Database,
  only: string | undefined,
  { stderr }: CommandWorld,
  interruption: Interruption,
): Promise<number> {
  const shapes = await readShapes(db, only)
  if (only !== undefined && shapes.length === 0) {
    throw wrongUsage(`There is no collection "${only}".`, { hint: 'tao db status lists the collections.' })
  }
  const line = (fields: Record<string, Value>): Promise<void> | void =>
    print(writeEjson(new Map(Object.entries(fields))))
  await print(JSON.stringify({ tao: 'export', version: 1, database: db.databaseName }))
  for (const { name, isView, options, indexes } of shapes) {
    await line({ collection: name, type: isView ? 'view' : 'collection', options, indexes: [...indexes] })
  }
  const progress = createProgress(stderr)
  let documents = 0
  try {
    for (const { name, isView } of shapes) {
      if (isView) continue
      const collection = db.collection(name)
      progress.start(name, await collection.estimatedDocumentCount())
      const ns = JSON.stringify(name)
      for await (const bytes of collection.find({}, { raw: true }).sort({ $natural: 1 })) {
        if (interruption.signal.aborted) throw interruption.error()
        const written = print(`{"ns":${ns},"doc":${writeEjson(decode(bytes as unknown as Uint8Array))}}`)
        if (written) await written
        documents++
        progress.add(1)
      }
    }
  } finally {
    progress.end()
  }
  await print(JSON.stringify({ end: true, documents }))
  return documents
}
