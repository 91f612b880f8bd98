import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Draft } from '../../src/scaffold/fill.ts'
import { conflictsOf, planFiles } from '../../src/scaffold/plan.ts'
import { writePlan } from '../../src/scaffold/write.ts'
import { listing, tempFolder } from './temp-folder.ts'

const never = new AbortController().signal

function file(path: string, text: string = path, isKept = false): Draft {
  return { kind: 'file', path, text, mode: isKept ? 0o600 : 0o644, isKept }
}

function link(path: string, target: string): Draft {
  return { kind: 'link', path, target }
}

test('a plan is carried out: files, folders between, links, modes', async () => {
  const root = join(tempFolder(), 'deep', 'er', 'site')
  const plan = await planFiles(root, [
    file('a/b/c.txt'),
    file('d.txt'),
    file('.env', 'x', true),
    link('l/a', '../a'),
  ])
  expect(plan.entries.map(({ action }) => action)).toEqual(['create', 'create', 'create', 'create'])
  const { refusedLinks } = await writePlan(plan, never)
  expect(refusedLinks).toEqual([])
  expect(listing(root)).toEqual(['.env', 'a/', 'a/b/', 'a/b/c.txt', 'd.txt', 'l/', 'l/a'])
  expect(readFileSync(join(root, 'a/b/c.txt'), 'utf8')).toBe('a/b/c.txt')
  expect(readlinkSync(join(root, 'l/a'))).toBe('../a')
  if (process.platform !== 'win32') expect(statSync(join(root, '.env')).mode & 0o777).toBe(0o600)
})

test('planning writes nothing and lists every conflict', async () => {
  const root = tempFolder()
  writeFileSync(join(root, 'same.txt'), 'same.txt')
  writeFileSync(join(root, 'other.txt'), 'something else')
  mkdirSync(join(root, 'folder.txt'))
  writeFileSync(join(root, 'blocked'), '')
  writeFileSync(join(root, '.env'), 'KEY=mine')
  symlinkSync('nowhere', join(root, 'dangling.txt'))
  symlinkSync('../there', join(root, 'good'))
  symlinkSync('../elsewhere', join(root, 'bad'))
  const before = listing(root)
  const plan = await planFiles(root, [
    file('same.txt'),
    file('other.txt'),
    file('folder.txt'),
    file('blocked/inner.txt'),
    file('.env', 'KEY=new', true),
    file('dangling.txt'),
    link('good', '../there'),
    link('bad', '../there'),
    file('new.txt'),
  ])
  expect(plan.entries.map(({ draft, action }) => [draft.path, action])).toEqual([
    ['same.txt', 'identical'],
    ['other.txt', 'conflict'],
    ['folder.txt', 'conflict'],
    ['blocked/inner.txt', 'conflict'],
    ['.env', 'skip'],
    ['dangling.txt', 'conflict'],
    ['good', 'identical'],
    ['bad', 'conflict'],
    ['new.txt', 'create'],
  ])
  expect(conflictsOf(plan).every(({ reason }) => reason !== undefined)).toBe(true)
  expect(listing(root)).toEqual(before)
})

test('a file above the target makes everything a conflict', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'taken'), '')
  const plan = await planFiles(join(folder, 'taken'), [file('a.txt'), file('b.txt')])
  expect(conflictsOf(plan)).toHaveLength(2)
})

test('an abort in the middle leaves nothing, folders made on the way included', async () => {
  const folder = tempFolder()
  const controller = new AbortController()
  const plan = await planFiles(
    join(folder, 'new', 'site'),
    Array.from({ length: 30 }, (_, i) => file(`folder${i % 3}/file${i}.txt`)),
  )
  const writing = writePlan(plan, controller.signal)
  queueMicrotask(() => controller.abort())
  await expect(writing).rejects.toMatchObject({ code: 'TAO_INTERRUPTED', exitCode: 130 })
  expect(listing(folder)).toEqual([])
})

test('an error in the middle leaves what was there and nothing else', async () => {
  const root = tempFolder()
  writeFileSync(join(root, 'mine.txt'), 'mine')
  const plan = await planFiles(root, [
    file('apps/blog/a.txt'),
    file('b.txt'),
    link('static/blog', '../apps/blog'),
    file('c/d.txt'),
  ])
  writeFileSync(join(root, 'c'), 'a file where a folder is wanted')
  await expect(writePlan(plan, never)).rejects.toMatchObject({
    code: 'TAO_WRITE_FAILED',
    message: /c.d\.txt/,
  })
  expect(listing(root)).toEqual(['c', 'mine.txt'])
})

test('a name that the file system refuses is an error of one sentence', async () => {
  const plan = planFiles(join(tempFolder(), 'x'.repeat(400)), [file('a.txt')])
  await expect(plan).rejects.toMatchObject({ code: 'TAO_WRITE_FAILED', message: /too long/ })
})

test('what somebody else makes between plan and write is not overwritten', async () => {
  const root = tempFolder()
  const plan = await planFiles(root, [file('first.txt'), file('second.txt')])
  writeFileSync(join(root, 'second.txt'), 'theirs')
  await expect(writePlan(plan, never)).rejects.toMatchObject({ code: 'TAO_WRITE_FAILED' })
  expect(listing(root)).toEqual(['second.txt'])
  expect(readFileSync(join(root, 'second.txt'), 'utf8')).toBe('theirs')
})

test('a folder somebody else fills between plan and write is left alone', async () => {
  const root = tempFolder()
  const plan = await planFiles(root, [file('apps/blog/routes.ts'), file('other.txt')])
  mkdirSync(join(root, 'apps/blog'), { recursive: true })
  writeFileSync(join(root, 'apps/blog/theirs.txt'), '')
  await writePlan(plan, never)
  expect(listing(root)).toEqual([
    'apps/',
    'apps/blog/',
    'apps/blog/routes.ts',
    'apps/blog/theirs.txt',
    'other.txt',
  ])
})

test('undo takes everything away again', async () => {
  const folder = tempFolder()
  const root = join(folder, 'site')
  const plan = await planFiles(root, [file('a/b.txt'), link('l', 'a')])
  const { undo } = await writePlan(plan, never)
  expect(lstatSync(join(root, 'l')).isSymbolicLink()).toBe(true)
  undo()
  expect(listing(folder)).toEqual([])
})
