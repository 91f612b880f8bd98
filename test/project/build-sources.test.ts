import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  buildFolders,
  findChanges,
  listSources,
  readBuild,
  RECORD,
  stateOf,
} from '../../src/project/index.ts'
import { makeFolder } from './temp-project.ts'

const paths = (root: string, except?: string[]): string[] => listSources(root, except).map(({ path }) => path)

test('what a build is made from: everything but hidden names, packages, tests, and what the site writes', () => {
  const root = makeFolder({
    'settings.ts': '',
    'README.md': '',
    'tsconfig.json': '',
    'package.json': '',
    'package-lock.json': '',
    'site.test.ts': '',
    'types.d.ts': '',
    '.env': '',
    '.tao/build/settings.js': '',
    'node_modules/a/index.js': '',
    'data/store.mdb': '',
    'uploads/a.png': '',
    'mydata/store.mdb': '',
    'apps/blog/routes.ts': '',
    'apps/blog/data/words.json': '',
    'apps/blog/README.md': '',
    'apps/blog/views.ts~': '',
    'apps/blog/node_modules/b/index.js': '',
    'static/a.css': '',
    'templ/é index.html': '',
  })
  expect(paths(root, ['mydata'])).toEqual([
    'apps/blog/README.md',
    'apps/blog/data/words.json',
    'apps/blog/routes.ts',
    'package.json',
    'settings.ts',
    'static/a.css',
    'templ/é index.html',
  ])
})

test.skipIf(process.platform === 'win32')(
  'links are followed, but not in a circle, into packages, or from static to what is listed already',
  () => {
    const shared = makeFolder({ 'app/routes.ts': '', 'app/static/a.css': '' })
    const root = makeFolder({
      'settings.ts': '',
      'apps/': '',
      'static/': '',
      'node_modules/p/index.js': '',
      'lib/a.ts': '',
    })
    symlinkSync(join(shared, 'app'), join(root, 'apps/shop'))
    symlinkSync('../apps/shop/static', join(root, 'static/shop'))
    symlinkSync('..', join(root, 'lib/up'))
    symlinkSync('node_modules/p', join(root, 'p'))
    symlinkSync('nowhere', join(root, 'lost'))
    symlinkSync('a.ts', join(root, 'lib/b.ts'))
    expect(paths(root)).toEqual([
      'apps/shop/routes.ts',
      'apps/shop/static/a.css',
      'lib/a.ts',
      'lib/b.ts',
      'settings.ts',
    ])
  },
)

/** A project and the record of a build of it, made an hour ago. */
function built(files: Readonly<Record<string, string>>, packages: Record<string, string> = {}) {
  const root = makeFolder(files)
  const sources = Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => !path.startsWith('node_modules'))
      .map(([path, text]) => [path, stateOf(Buffer.from(text))]),
  )
  const record = { version: 1, tao: '0', sources, except: [], packages, typescript: false }
  const { folder } = buildFolders(root)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, RECORD)
  writeFileSync(file, JSON.stringify(record))
  const changes = (): readonly string[] | undefined => findChanges(root, readBuild(root)!)?.paths
  return { root, changes, madeAt: (date: Date) => utimesSync(file, date, date) }
}

test('a change of content, a new file and one that is gone are found; new times alone are none', () => {
  const { root, changes, madeAt } = built({ 'a.ts': 'one', 'b.ts': 'two', 'static/c.css': 'three' })
  madeAt(new Date(0))
  expect(changes()).toBeUndefined()
  writeFileSync(join(root, 'b.ts'), 'TWO')
  writeFileSync(join(root, 'static/c.css'), 'three and more')
  writeFileSync(join(root, 'd.ts'), '')
  rmSync(join(root, 'a.ts'))
  expect(changes()).toEqual(['a.ts', 'b.ts', 'd.ts', 'static/c.css'])
})

test('a file that is older than the build is not read', () => {
  const { root, changes, madeAt } = built({ 'a.ts': 'one' })
  // Nobody changes a file so: its size is the same, and it says it was there before.
  writeFileSync(join(root, 'a.ts'), 'ONE')
  madeAt(new Date(Date.now() + 3_600_000))
  expect(changes()).toBeUndefined()
})

test('a package of an app that was updated is a change; no sources at all are none', () => {
  const manifest = { 'node_modules/shop/package.json': '{ "version": "1.0.1" }' }
  const updated = built({ ...manifest, 'a.ts': '' }, { shop: '1.0.0' })
  updated.madeAt(new Date())
  expect(updated.changes()).toEqual(['shop'])
  const gone = built({ 'a.ts': '', 'package.json': '{}' })
  rmSync(join(gone.root, 'a.ts'))
  expect(gone.changes()).toBeUndefined()
})

test('a record that cannot be used says so', () => {
  const root = makeFolder({ '.tao/build/build.json': '{ "version": 7 }' })
  expect(() => readBuild(root)).toThrow(
    expect.objectContaining({ code: 'TAO_BUILD_UNREADABLE', hint: expect.stringContaining('tao build') }),
  )
  expect(readBuild(makeFolder())).toBeUndefined()
})
