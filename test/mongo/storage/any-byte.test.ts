import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, type Document } from 'mongodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../../src/mongo/index.ts'
import { startChild, type Child } from '../children/child.ts'

/* Small stores whose files are cut or changed at any byte, opened by a real process: it lives, and tells or is right. */

interface Note extends Document {
  _id: number
  n: number
}
interface Failure {
  code: number | string
  message: string
}
type Outcome =
  | { refused: { code: string; message: string; hint?: string } }
  | { warnings: string[]; documents: Note[] | Failure; indexed: Note[] | Failure; check: Document }

/** How many places of each file: all of them for a night, some in between. */
const RUNS = Number(process.env['TAO_RUNS'] ?? 12)
const COUNT = 12

const note = (at: number): Note => ({ _id: at, n: at * 7, text: `note ${at}`.repeat(1 + (at % 3)) })

let base: string
let child: Child
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'tao-any-byte-'))
  const live = join(base, 'live')
  const store = await openStore({ folder: live })
  const client = await MongoClient.connect(store.uri)
  const notes = client.db('test').collection<Note>('notes')
  await notes.createIndex({ n: 1 }, { unique: true })
  for (let at = 0; at < COUNT; at++) await notes.insertOne(note(at), { writeConcern: { j: true } })
  cpSync(live, join(base, 'killed'), { recursive: true })
  await client.close()
  await store.close()
  cpSync(live, join(base, 'closed'), { recursive: true })
  cpSync(live, join(base, 'left open'), { recursive: true })
  writeFileSync(join(base, 'left open', 'store.open'), '')
  child = startChild('look')
})
afterAll(async () => {
  await child.kill()
  rmSync(base, { recursive: true })
})

/** Damages a copy of a store and looks into it. */
async function after(
  of: string,
  name: RegExp,
  damage: (file: string, bytes: Buffer) => void,
): Promise<Outcome> {
  const trial = join(base, 'trial')
  rmSync(trial, { recursive: true, force: true })
  mkdirSync(trial)
  for (const file of readdirSync(join(base, of))) {
    if (file !== 'owner.json') cpSync(join(base, of, file), join(trial, file), { preserveTimestamps: true })
  }
  const file = join(trial, readdirSync(trial).find((each) => name.test(each)) as string)
  damage(file, readFileSync(file))
  child.process.stdin.write(`${trial}\n`)
  return JSON.parse(await child.line()) as Outcome
}

const flip = (at: number, bits: number) => (file: string, bytes: Buffer) => {
  bytes[at] = (bytes[at] as number) ^ bits
  writeFileSync(file, bytes)
}

/** So many places of `size` bytes, evenly spread, or every one. */
function places(size: number): number[] {
  const step = Math.max(1, size / RUNS)
  return Array.from({ length: Math.min(size, RUNS) }, (_, at) => Math.floor(at * step + ((at * 7919) % step)))
}

function sizeOf(of: string, name: RegExp): number {
  const file = readdirSync(join(base, of)).find((each) => name.test(each)) as string
  return readFileSync(join(base, of, file)).length
}

/** The first so many notes, in both ways of reading, and nothing wrong with them. @returns how many */
function expectPrefix(outcome: Outcome, where: string): number {
  if (!('documents' in outcome)) throw new Error(`${where}: ${JSON.stringify(outcome)}`)
  const { documents, indexed, check } = outcome
  // Before the index there was no collection to look into.
  if (Array.isArray(documents) && documents.length === 0) return 0
  const count = (documents as Note[]).length
  const expected = Array.from({ length: count }, (_, at) => note(at))
  expect(documents, where).toEqual(expected)
  expect(indexed, where).toEqual(expected)
  expect(check, where).toMatchObject({ valid: true, errors: [] })
  return count
}

const isLog = /^log-\d+$/

test('A log that is cut anywhere gives what was written before, and tells of what was on the disk.', async () => {
  for (const at of places(sizeOf('killed', isLog))) {
    const outcome = await after('killed', isLog, (file) => truncateSync(file, at))
    const where = `cut to ${at} bytes`
    expect(expectPrefix(outcome, where), where).toBeLessThan(COUNT)
    expect('warnings' in outcome && outcome.warnings, where).toEqual([
      expect.stringMatching(
        /^The last log in .* is shorter than it was by \d+ bytes: the last writes are missing\. Restore a backup if they matter\.$/,
      ),
    ])
  }
}, 600_000)

test('A log of which a byte is another gives what was written before that, and tells.', async () => {
  for (const at of places(sizeOf('killed', isLog))) {
    const where = `byte ${at}`
    const outcome = await after('killed', isLog, flip(at, 1 << (at % 8)))
    expect(expectPrefix(outcome, where), where).toBeLessThan(COUNT)
    expect('warnings' in outcome && outcome.warnings.length, where).toBe(1)
  }
}, 600_000)

test('A closed file that is cut, or of which a byte is another, is refused.', async () => {
  const size = sizeOf('closed', /^store\.mdb$/)
  for (const at of places(size)) {
    const cut = await after('closed', /^store\.mdb$/, (file) => truncateSync(file, at))
    const changed = await after('closed', /^store\.mdb$/, flip(at, 1 << (at % 8)))
    for (const outcome of [cut, changed]) {
      expect(outcome, `byte ${at}`).toEqual({
        refused: {
          code: 'STORE_CORRUPT',
          message: expect.stringMatching(/^The data file .*store\.mdb is damaged: [^\n]+\.$/) as string,
          hint: 'Keep a copy of the folder as it is, and restore it from a backup.',
        },
      })
    }
  }
}, 600_000)

test('A file that was left open, with another byte, is refused or gives the documents that were written, or an error for one.', async () => {
  const size = sizeOf('left open', /^store\.mdb$/)
  const damages = places(size).map((at) => [at, 1 << (at % 8)] as const)
  // What kind of page it is, and the version of the file: LMDB dies of another.
  for (const [at, bits] of [[18, 8], [28, 16], ...damages] as const) {
    const where = `byte ${at}`
    const outcome = await after('left open', /^store\.mdb$/, flip(at, bits))
    if ('refused' in outcome) {
      expect(outcome.refused.message, where).toMatch(/^[^\n]+\.$/)
      expect(outcome.refused.code, where).toBe('STORE_CORRUPT')
      continue
    }
    for (const found of [outcome.documents, outcome.indexed]) {
      if (!Array.isArray(found)) expect(found.message, where).toMatch(/^[^\n]+$/)
      else for (const one of found) expect(one, where).toEqual(note(one._id))
    }
    const isWhole =
      Array.isArray(outcome.documents) &&
      outcome.documents.length === COUNT &&
      Array.isArray(outcome.indexed) &&
      outcome.indexed.length === COUNT
    // What is missing is found by a look at everything.
    if (!isWhole) expect(outcome.check, where).not.toMatchObject({ valid: true })
  }
}, 600_000)
