import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildSite } from '../../src/site/index.ts'
import { updateTypesFile } from '../../src/types-file/index.ts'
import { listing, tempFolder } from '../scaffold/temp-folder.ts'
import { SECRET } from '../start-site.ts'
import { tempSite, writeFile } from '../temp-site.ts'

const routes = (name: string): string =>
  `import { route } from 'tao1'\nexport default [route('GET', '/{slug}', () => '', '${name}')]\n`

async function update(root: string): Promise<boolean | undefined> {
  const site = await buildSite({
    root,
    mode: 'test',
    env: { SECRET_KEY: SECRET },
    flags: { database: 'mongodb://127.0.0.1:9/none', logLevel: 'silent' },
  })
  try {
    return await updateTypesFile(root, site)
  } finally {
    await site.close()
  }
}

test('the file of a built site is written, left alone while it is right, and written anew when it is not', async () => {
  const root = tempSite({
    'apps/blog/routes.ts': routes('post'),
    'apps/blog/templ/index.html': '',
    'templ/blog/index.html': '',
    'templ/layout.html': '',
  })
  const file = join(root, '.tao/types.d.ts')
  expect(await update(root)).toBe(true)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain("    'blog:post': { slug: UrlText }\n")
  expect(text).toContain("    'blog:index': true\n    'layout': true\n")

  const before = new Date('2020-01-01T00:00:00Z')
  utimesSync(file, before, before)
  expect(await update(root)).toBe(false)
  expect(statSync(file).mtime).toEqual(before)

  writeFile(root, 'apps/blog/templ/about.html', '')
  expect(await update(root)).toBe(true)
  expect(readFileSync(file, 'utf8')).toContain("'blog:about': true")
  writeFileSync(file, 'edited')
  expect(await update(root)).toBe(true)
  expect(readFileSync(file, 'utf8')).toContain("'blog:post'")
})

test('a folder that cannot be written does no harm, and nothing is left half-written', async () => {
  const root = tempFolder()
  const nothing = { apps: [], routes: { entries: [] }, templ: { list: () => [] } }
  writeFileSync(join(root, '.tao'), 'a file where the folder should be')
  expect(await updateTypesFile(root, nothing)).toBe(undefined)
  rmSync(join(root, '.tao'))
  mkdirSync(join(root, '.tao/types.d.ts'), { recursive: true })
  expect(await updateTypesFile(root, nothing)).toBe(undefined)
  expect(listing(root)).toEqual(['.tao/', '.tao/types.d.ts/'])
})
