import { createInterface } from 'node:readline/promises'
import { isInteractive } from '../base/terminal.ts'
import { count } from '../base/text.ts'
import type { CommandWorld } from './command.ts'
import { readShapes } from './db-collections.ts'
import { withExisting } from './db-open.ts'
import { notConfirmed, wrongUsage } from './errors.ts'

interface DropOptions {
  from: string | undefined
  collection: string | undefined
  yes: boolean
  noInput: boolean
}

/** `tao db drop`: takes away the database, or one collection, after asking. */
export async function dropDatabase(
  world: CommandWorld,
  { from, collection, yes, noInput }: DropOptions,
): Promise<number> {
  return withExisting(world, from, async ({ db, label }) => {
    const shapes = await readShapes(db, collection)
    if (collection !== undefined && shapes.length === 0) {
      throw wrongUsage(`There is no collection "${collection}".`, {
        hint: 'tao db status lists the collections.',
      })
    }
    let documents = 0
    for (const { name, isView } of shapes) {
      if (!isView) documents += await db.collection(name).estimatedDocumentCount()
    }
    const what = `${collection === undefined ? `the database ${db.databaseName}` : collection} of ${label}, with ${
      collection === undefined ? `${count(shapes.length, 'collection')} and ` : ''
    }${count(documents, 'document')}`
    if (!yes && !(await confirm(world, what, noInput))) {
      world.stderr.line('Nothing was dropped.')
      return 1
    }
    if (collection === undefined) await db.dropDatabase()
    else await db.dropCollection(collection)
    world.stderr.line(`Dropped ${what}.`)
    return 0
  })
}

async function confirm(
  { stdin, stderr, stdout, env }: CommandWorld,
  what: string,
  noInput: boolean,
): Promise<boolean> {
  if (noInput || !isInteractive(stdin, stderr.isTTY ? stderr : stdout, env)) {
    throw notConfirmed(`This would drop ${what}`, { hint: 'tao db drop --yes does it without asking.' })
  }
  stderr.write(`Drop ${what}? It cannot be taken back. [y/N] `)
  const lines = createInterface({ input: stdin, terminal: false })
  try {
    for await (const answer of lines) return /^y(?:es)?$/i.test(answer.trim())
    return false
  } finally {
    lines.close()
  }
}
