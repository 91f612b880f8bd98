import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = join(import.meta.dirname, '../../../src/mongo')

/** The modules that come with one, by its imports of values. */
function loaded(entry: string): Set<string> {
  const found = new Set<string>()
  const waiting = [join(SOURCE, entry)]
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (found.has(path)) continue
    found.add(path)
    const imports = /^(?:import|export) (?!type )[^'"]*? from '(\.[^']+)'/gm
    for (const [, name] of readFileSync(path, 'utf8').matchAll(imports))
      waiting.push(join(dirname(path), name as string))
  }
  return new Set([...found].map((path) => relative(SOURCE, path)))
}

test('#11 A process that reaches the store of another loads nothing that answers commands.', () => {
  const joining = loaded('index.ts')
  const folders = new Set([...joining].map((path) => dirname(path)))
  expect([...folders].sort()).toEqual(['.', 'bson', 'ejson', 'owner', 'storage'])
  expect([...joining].filter((path) => path.startsWith('storage/'))).toEqual(['storage/errors.ts'])
  expect(loaded('serve-folder.ts').size).toBeGreaterThan(5 * joining.size)
})
