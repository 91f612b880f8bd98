import { mkdirSync, readFileSync, readdirSync, rmSync, watch } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeSite, startServing, type Serving, type TestSite } from './serving.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

function newSite(): TestSite {
  const site = makeSite(built)
  mkdirSync(join(site.folder, '.tao'))
  cleanUps.push(() => site.remove())
  return site
}

async function serve(site: TestSite, options?: Parameters<typeof startServing>[2]): Promise<Serving> {
  const serving = await startServing(built, site, options)
  cleanUps.push(() => serving.stop())
  return serving
}

/** Waits until the file of names is as wanted; it is put in place by a rename, which a watch of its folder sees. */
function untilNames({ folder }: TestSite, isWanted: (text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!readdirSync(join(folder, '.tao')).includes('types.d.ts')) return
      if (!isWanted(readFileSync(join(folder, '.tao/types.d.ts'), 'utf8'))) return
      watcher.close()
      resolve()
    }
    const watcher = watch(join(folder, '.tao'), look)
    cleanUps.push(() => watcher.close())
    look()
  })
}

const blog = (path: string): Record<string, string> => ({
  'apps/blog/routes.ts': `import { route } from 'tao1'
export default [route('GET', '${path}', () => 'blog', 'post')]
`,
})

test('serve --reload keeps the names up to date: routes, apps, and templates that come and go', async () => {
  const site = newSite()
  await serve(site)
  await untilNames(site, (text) => text.includes("'index': {}") && !text.includes('-/'))
  site.write(blog('/blog/{slug}'))
  await untilNames(site, (text) => text.includes("'blog:post': { slug: UrlText }"))
  site.write(blog('/blog/{id:int}'))
  await untilNames(site, (text) => text.includes("'blog:post': { id: number }"))
  site.write({ 'apps/blog/templ/page.html': 'x' })
  await untilNames(site, (text) => text.includes("'blog:page': true"))
  rmSync(join(site.folder, 'apps/blog/templ/page.html'))
  await untilNames(site, (text) => !text.includes('blog:page'))
  rmSync(join(site.folder, 'apps/blog'), { recursive: true })
  await untilNames(site, (text) => !text.includes('blog:post'))
})

test('names that cannot be written keep nobody from being served', async () => {
  const site = newSite()
  rmSync(join(site.folder, '.tao'), { recursive: true })
  site.write({ '.tao': 'a file where the folder should be' })
  const { url, waitFor } = await serve(site)
  expect(await (await fetch(url)).text()).toContain('version 1')
  site.write({ 'views.ts': `export function index(): string { return 'version 2' }\n` })
  await waitFor(/views\.ts changed: restarted/)
  expect(await (await fetch(url)).text()).toContain('version 2')
})

test('without --reload they are written in development only', async () => {
  const site = newSite()
  const production = await serve(site, { reload: false })
  await fetch(production.url)
  await production.stop()
  expect(readdirSync(join(site.folder, '.tao'))).toEqual([])
  await serve(site, { reload: false, env: { NODE_ENV: 'development' } })
  await untilNames(site, (text) => text.includes("'index': {}"))
})
