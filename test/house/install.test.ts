import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../scaffold/temp-folder.ts'

const { isInstalled } = (await import(new URL('../../scripts/install.js', import.meta.url).href)) as {
  isInstalled: (folder: string) => boolean
}

test('packages are installed anew when they differ from the lockfile, not when the lockfile is newer', () => {
  const folder = tempFolder()
  const wanted = {
    '': { name: 'site' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b-win32': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  }
  const installed = { 'node_modules/a': wanted['node_modules/a'] }
  const write = (name: string, packages: object): string => {
    const file = join(folder, name)
    writeFileSync(file, JSON.stringify({ packages }))
    return file
  }
  const lock = write('package-lock.json', wanted)
  expect(isInstalled(folder)).toBe(false)
  mkdirSync(join(folder, 'node_modules'))
  write('node_modules/.package-lock.json', installed)
  utimesSync(lock, Date.now() / 1000 + 60, Date.now() / 1000 + 60)
  expect(isInstalled(folder)).toBe(true)
  for (const other of [
    {},
    { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } },
    { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } },
    { ...installed, 'node_modules/c': { version: '1.0.0' } },
  ]) {
    write('node_modules/.package-lock.json', other)
    expect(isInstalled(folder)).toBe(false)
  }
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{ "pack')
  expect(isInstalled(folder)).toBe(false)
})
