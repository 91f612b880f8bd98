import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import {
  isWithin,
  readIfThere,
  shellWord,
  statFile,
  statLink,
  temporaryBeside,
  nearPath,
  typedPath,
  writeAtomic,
} from '../../src/base/files.ts'
import { tempFolder } from '../scaffold/temp-folder.ts'

test('what is not there is undefined, not an error', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'file'), 'x')
  symlinkSync('nowhere', join(folder, 'link'))
  expect(await readIfThere(join(folder, 'none'))).toBeUndefined()
  expect(await readIfThere(join(folder, 'file/inside'))).toBeUndefined()
  expect(await statFile(join(folder, 'link'))).toBeUndefined()
  expect((await statLink(join(folder, 'link')))?.isSymbolicLink()).toBe(true)
  await expect(readIfThere(folder)).rejects.toMatchObject({ code: 'EISDIR' })
})

test('a file is replaced in one step, and a failure leaves nothing beside it', async () => {
  const folder = tempFolder()
  const path = join(folder, 'a.json')
  await writeAtomic(path, 'one')
  await writeAtomic(path, 'two')
  expect(readFileSync(path, 'utf8')).toBe('two')
  mkdirSync(join(folder, 'taken'))
  await expect(writeAtomic(join(folder, 'taken'), 'x')).rejects.toThrow()
  expect(readdirSync(folder).sort()).toEqual(['a.json', 'taken'])
})

test('a temporary name lies beside, is hidden, and fits even for the longest names', () => {
  const path = temporaryBeside(`/a/b/${'x'.repeat(255)}`)
  expect(dirname(path)).toBe('/a/b')
  expect(path).toMatch(/^\/a\/b\/\.x+\.[\da-f]{12}\.tmp$/)
  expect(path.length).toBeLessThan(255)
})

test('whether a path lies within a folder is told by its name', () => {
  expect(isWithin('/a', '/a')).toBe(true)
  expect(isWithin('/a', '/a/b')).toBe(true)
  expect(isWithin('/a', '/a/..b')).toBe(true)
  expect(isWithin('/a', '/ab')).toBe(false)
  expect(isWithin('/a/b', '/a')).toBe(false)
})

test.skipIf(process.platform === 'win32')('paths are shown as one would type them', () => {
  expect(typedPath('/a', '/a')).toBe('.')
  expect(typedPath('/a', '/a/b/c')).toBe('b/c')
  expect(typedPath('/a/b', '/a/c')).toBe('../c')
  expect(typedPath('/a/b/c', '/x')).toBe('/x')
  expect(nearPath('/a', "/a/it's here")).toBe("it's here")
  expect(typedPath('/a', "/a/it's here")).toBe(String.raw`'it'\''s here'`)
  expect(shellWord('blöde-länge.ts')).toBe('blöde-länge.ts')
  expect(shellWord('')).toBe("''")
})
