import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, type Document } from 'mongodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../src/mongo/index.ts'
import { startChild } from './children/child.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tao-crash-'))
})
afterEach(() => rm(folder, { recursive: true }))

interface Note {
  _id: number | string
  n: number
  seen?: boolean
  tags: string[]
}

test('An acknowledged write survives kill -9, whenever it comes, and the indexes agree with the documents.', async () => {
  let first = 1
  const acknowledged: [from: number, to: number][] = []
  for (let round = 0; round < 4; round++) {
    const last = await writeAndKill(first, first + 20 + round * 110)
    acknowledged.push([first, last])
    // The write it was at when it died may be there or not: the next round begins well behind it.
    first = last + 100
    const store = await openStore({ folder })
    const client = await MongoClient.connect(store.uri)
    const notes = client.db('test').collection<Note>('notes')
    const found = new Map((await notes.find().toArray()).map((note) => [note._id, note]))
    const wrong: string[] = []
    for (const [from, to] of acknowledged) {
      for (let n = from; n <= to; n++) {
        if (n % 7 === 0 && n + 7 <= to) {
          if (found.has(n)) wrong.push(`note ${n} was deleted`)
        } else if (n % 7 !== 0 || n + 7 > to + 1) {
          if (!found.has(n)) wrong.push(`note ${n} was inserted`)
        }
        if (n % 3 === 0 && found.has(n) && !found.get(n)?.seen) wrong.push(`note ${n} was updated`)
        if (n % 50 === 0 && !found.has(`${n}-19`)) wrong.push(`the batch of note ${n} was inserted`)
      }
    }
    expect(wrong).toEqual([])
    const check: Document = await client.db('test').command({ validate: 'notes' })
    expect(check['errors']).toEqual([])
    const three = [...found.values()].filter(({ tags }) => tags.includes('three')).length
    expect(await notes.countDocuments({ tags: 'three' }, { hint: { tags: 1, n: -1 } })).toBe(three)
    await client.close()
    await store.close()
  }
})

async function writeAndKill(from: number, until: number): Promise<number> {
  const writer = startChild('write', folder, String(from))
  let last = from - 1
  while (last < until) last = Number(await writer.line())
  const killed = writer.kill()
  // What it said before it died counts as well.
  for (;;) {
    try {
      last = Number(await writer.line())
    } catch {
      break
    }
  }
  await killed
  return last
}
