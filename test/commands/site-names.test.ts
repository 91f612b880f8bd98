import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempSite, writeFile } from '../temp-site.ts'
import { runTao } from './run-tao.ts'

const routes = (path: string): string =>
  `import { route } from 'tao1'\nexport default [route('GET', '${path}', () => '', 'post')]\n`

function namesIn(root: string): string {
  return readFileSync(join(root, '.tao/types.d.ts'), 'utf8')
}

test('check writes the names of the site, templates among them', async () => {
  const cwd = tempSite({ 'apps/blog/routes.ts': routes('/blog/{id:int}'), 'apps/blog/templ/page.html': '' })
  await runTao(['check'], { cwd })
  expect(namesIn(cwd)).toContain("'blog:post': { id: number }")
  expect(namesIn(cwd)).toContain("'blog:page': true")
})

test.each([
  ['a routes file that cannot be imported', 'apps/shop/routes.ts', 'export default nothing'],
  ['settings that are wrong', 'settings.ts', 'export default { port: "x" }'],
  ['a path that is none', 'apps/shop/routes.ts', routes('shop')],
])('check keeps the names there were when there is %s', async (_what, file, text) => {
  const cwd = tempSite({ 'apps/blog/routes.ts': routes('/blog'), [file]: text })
  writeFile(cwd, '.tao/types.d.ts', 'as before')
  const { code } = await runTao(['check'], { cwd })
  expect([code, namesIn(cwd)]).toEqual([3, 'as before'])
})

test('check --deploy writes nothing', async () => {
  const cwd = tempSite({ 'apps/blog/routes.ts': routes('/blog') })
  await runTao(['check', '--deploy'], { cwd })
  expect(existsSync(join(cwd, '.tao'))).toBe(false)
})

test('new-app writes the names of the site with its new app', async () => {
  const cwd = tempSite({ 'apps/blog/routes.ts': routes('/blog') })
  mkdirSync(join(cwd, 'static'))
  const { code, stderr } = await runTao(['new-app', 'shop'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(namesIn(cwd)).toContain("'blog:post': {}")
  expect(namesIn(cwd)).toContain("'shop:entry': { slug: UrlText }")
  expect(namesIn(cwd)).toContain("'shop:index': true")
})

test('new-app makes its app in a site that is broken, and keeps the names there were', async () => {
  const cwd = tempSite({ 'apps/blog/routes.ts': 'export default nothing' })
  writeFile(cwd, '.tao/types.d.ts', 'as before')
  const { code, stdout, stderr } = await runTao(['new-app', 'shop', '--json'], { cwd })
  expect([code, stderr, namesIn(cwd)]).toEqual([0, '', 'as before'])
  expect(JSON.parse(stdout)).toMatchObject({ app: 'shop' })
})
