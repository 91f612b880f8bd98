import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { count } from '../base/text.ts'
import type { Database } from '../database/index.ts'
import { encode, readEjson, writeEjson, type Doc, type Value } from '../mongo/index.ts'
import type { CommandWorld } from './command.ts'
import { makeCollection, makeIndexes, type CollectionShape } from './db-collections.ts'
import { findAddress, untilInterrupted, withDatabase, type Interruption } from './db-open.ts'
import { createProgress } from './db-progress.ts'
import { createWriter, type Writer } from './db-write.ts'
import { importUnreadable, interruptedWork } from './errors.ts'
import { readLines } from './read-lines.ts'

/**
 * `tao db import`: reads what `tao db export` wrote. Documents replace those of the same _id, so that an import may be
 * repeated; indexes come last, when there is everything they are of.
 */
export async function importDatabase(
  world: CommandWorld,
  file: string,
  { to, collection: only }: { to: string | undefined; collection: string | undefined },
): Promise<number> {
  const { stderr } = world
  const interruption = {
    signal: world.interruption(),
    error: () =>
      interruptedWork('The import', {
        hint: 'The same command begins again and loses nothing: documents of the same _id are replaced.',
      }),
  }
  const address = await findAddress(world, to)
  const input = file === '-' ? world.stdin : createReadStream(resolve(world.cwd, file))
  const lines = readUntilInterrupted(input, interruption)
  const label = file === '-' ? 'What comes from stdin' : file
  // Before anything is opened: a mistaken file must make no database.
  const first = await lines.next().catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw importUnreadable(label, 'there is no such file', { cause: error })
    if (error.code === 'EISDIR') throw importUnreadable(label, 'it is a folder', { cause: error })
    throw error
  })
  checkHead(first.done ? '' : first.value, label)

  const work = async ({ db, label: target }: Database): Promise<number> => {
    const shapes = new Map<string, CollectionShape>()
    const progress = createProgress(stderr)
    let writer: { name: string; to: Writer } | undefined
    let documents = 0
    let read = 0
    let end: Doc | undefined
    progress.start('import')
    try {
      for (let number = 2; ; number++) {
        const next = await lines.next()
        if (next.done) break
        const where = `${label}, line ${number},`
        const line = parseLine(next.value, where)
        const ns = line.get('ns')
        const doc = line.get('doc')
        if (typeof ns === 'string' && doc instanceof Map) {
          read++
          if (only !== undefined && ns !== only) continue
          if (writer?.name !== ns) {
            await writer?.to.flush()
            writer = { name: ns, to: createWriter(db, ns) }
          }
          await writer.to.write(encode(doc))
          documents++
          progress.add(1)
        } else if (typeof line.get('collection') === 'string') {
          const shape = shapeOf(line)
          if (only !== undefined && shape.name !== only) continue
          shapes.set(shape.name, shape)
          if (!(await makeCollection(db, shape))) {
            progress.end()
            stderr.line(`${shape.name} is there with other options, and keeps them.`)
          }
        } else if (line.get('end') === true) end = line
        else throw importUnreadable(where, 'it holds neither a collection nor a document')
      }
      await writer?.to.flush()
      progress.start('indexes')
      for (const shape of shapes.values()) await makeIndexes(db, shape)
    } finally {
      progress.end()
      input.destroy()
    }
    if (Number(end?.get('documents') ?? -1) !== read) {
      throw importUnreadable(label, 'it ends early', {
        hint: `The ${count(documents, 'document')} in it were imported.`,
      })
    }
    stderr.line(`${count(documents, 'document')} imported into ${target}.`)
    return 0
  }
  return withDatabase(address, (database) => untilInterrupted(work(database), interruption), interruption)
}

/** The lines of a stream; an interruption ends the wait for one that does not come. */
async function* readUntilInterrupted(
  input: Readable,
  { signal, error: interrupted }: Interruption,
): AsyncGenerator<string> {
  const stop = (): void => void input.destroy()
  signal.addEventListener('abort', stop)
  try {
    if (signal.aborted) throw interrupted()
    for await (const line of readLines(input)) {
      if (signal.aborted) throw interrupted()
      yield line
    }
  } catch (error) {
    throw signal.aborted ? interrupted() : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
  if (signal.aborted) throw interrupted()
}

function checkHead(text: string, label: string): void {
  let head: Value = null
  try {
    head = readEjson(text)
  } catch {
    // Told below.
  }
  if (!(head instanceof Map) || head.get('tao') !== 'export') {
    throw importUnreadable(label, 'it is no export of tao', { hint: 'tao db export writes such files.' })
  }
  if (head.get('version') !== 1) {
    throw importUnreadable(
      label,
      `its version is ${writeEjson(head.get('version') ?? null)}, and this tao reads 1`,
    )
  }
}

function parseLine(text: string, where: string): Doc {
  let line: Value
  try {
    line = readEjson(text)
  } catch (error) {
    throw importUnreadable(where, (error as Error).message, {
      cause: error,
      hint: 'What stands before it may be imported already; a mended file may be imported again.',
    })
  }
  if (!(line instanceof Map)) throw importUnreadable(where, 'it holds neither a collection nor a document')
  return line
}

function shapeOf(line: Doc): CollectionShape {
  const options = line.get('options')
  const indexes = line.get('indexes')
  return {
    name: line.get('collection') as string,
    isView: line.get('type') === 'view',
    isTimeSeries: false,
    options: options instanceof Map ? options : new Map(),
    indexes: Array.isArray(indexes) ? indexes.filter((index) => index instanceof Map) : [],
  }
}
