import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { temporaryBeside } from '../base/files.ts'
import { count } from '../base/text.ts'
import type { Database } from '../database/index.ts'
import { decode, writeEjson, type Value } from '../mongo/index.ts'
import type { CommandWorld } from './command.ts'
import { readShapes } from './db-collections.ts'
import { withExisting } from './db-open.ts'
import { createProgress } from './db-progress.ts'
import { exportUnwritten, interruptedWork, wrongUsage } from './errors.ts'

type Print = (line: string) => Promise<void> | void

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
  return withExisting(world, from, async (database) => {
    const write = (print: Print): Promise<number> => exportTo(print, database, collection, world, signal)
    const documents =
      file === '-'
        ? await write((line) => world.stdout.write(`${line}\n`))
        : await writeWhole(resolve(world.cwd, file), write)
    world.stderr.line(`${count(documents, 'document')} exported from ${database.label}.`)
    return 0
  })
}

async function exportTo(
  print: Print,
  { db }: Database,
  only: string | undefined,
  { stderr }: CommandWorld,
  signal: AbortSignal,
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
        if (signal.aborted) throw interruptedWork('The export')
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

/** Writes beside the file and puts it in its place at the end; only the user may read what may be secret. */
async function writeWhole(path: string, write: (print: Print) => Promise<number>): Promise<number> {
  const temporary = temporaryBeside(path)
  const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
    throw unwritten(path, error)
  })
  let waiting: string[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    const text = waiting.join('')
    waiting = []
    size = 0
    await handle.appendFile(text)
  }
  try {
    try {
      const documents = await write((line) => {
        waiting.push(line, '\n')
        size += line.length
        return size > 1_000_000 ? flush() : undefined
      })
      await flush()
      await handle.sync()
      await handle.close()
      await rename(temporary, path)
      return documents
    } finally {
      await handle.close().catch(() => {})
    }
  } catch (error) {
    await rm(temporary, { force: true })
    throw unwritten(path, error)
  }
}

const reasons: Readonly<Record<string, [why: string, hint: string]>> = {
  ENOSPC: [
    'its disk is full',
    'Free some space, or name a file on another disk; nothing is left of the attempt.',
  ],
  EDQUOT: ['the quota of this user is used up', 'Free some space; nothing is left of the attempt.'],
  ENOENT: ['its folder is not there', 'Make the folder, or name another.'],
  ENOTDIR: ['its folder is not there', 'Make the folder, or name another.'],
  EISDIR: ['it is a folder', 'Name a file in it.'],
  EACCES: ['this user may not write there', 'Name a file elsewhere.'],
  EPERM: ['this user may not write there', 'Name a file elsewhere.'],
  EROFS: ['its disk is read-only', 'Name a file elsewhere.'],
}

/** A failed file operation as what a user can act on; everything else as it is. */
function unwritten(path: string, error: unknown): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason ? exportUnwritten(path, reason[0], { hint: reason[1], cause: error }) : error
}
