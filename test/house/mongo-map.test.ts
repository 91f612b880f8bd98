import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout, readSources } from './source-files.ts'

/* The map in the embedded store's README is what it says: its order is that of the imports. */

const map = readFileSync(join(checkout, 'src/mongo/README.md'), 'utf8').split('## Map')[1]!.split('```')[1]!
const order = map
  .split('\n')
  .filter((line) => /^[a-z]+\//.test(line))
  .flatMap((line) => [...line.matchAll(/(?<!\S)([a-z]+)\/(?=\s|$)/g)].map((match) => match[1]!))

/** These know one another. */
const GROUND: ReadonlySet<string> = new Set(['bson', 'turn', 'spill'])

/** The folder of a file of the store; undefined for what is in none. */
const folderOf = (path: string): string | undefined => /^mongo\/([^/]+)\//.exec(path)?.[1]
const sources = readSources().filter(({ path }) => path.startsWith('mongo/'))

test('every folder of the embedded store is on its map', () => {
  const folders = new Set(sources.flatMap(({ path }) => folderOf(path) ?? []))
  expect([...order].sort()).toEqual([...folders].sort())
})

test('the folders of the embedded store import only what stands above them', () => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const folder = folderOf(path)
    if (folder === undefined) return []
    return imports
      .filter((target) => {
        const other = folderOf(target)
        if (other === undefined) return true
        if (GROUND.has(folder) && GROUND.has(other)) return false
        return order.indexOf(other) > order.indexOf(folder)
      })
      .map((target) => `${path} → ${target}`)
  })
  expect(wrong).toEqual([])
})
