import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listing, tempFolder } from '../scaffold/temp-folder.ts'
import { runTao } from './run-tao.ts'

async function project(): Promise<string> {
  const cwd = tempFolder()
  await runTao(['new-project', 'site', '--no-install', '--no-git'], { cwd })
  return join(cwd, 'site')
}

test('#2 new-app makes routes, views, static, templ and a test, and links its static files', async () => {
  const cwd = await project()
  const before = listing(cwd)
  const { code, stdout, stderr } = await runTao(['new-app', 'blog'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(listing(cwd).filter((path) => !before.includes(path))).toEqual([
    'apps/blog/',
    'apps/blog/blog.test.ts',
    'apps/blog/routes.ts',
    'apps/blog/static/',
    'apps/blog/static/blog.css',
    'apps/blog/templ/',
    'apps/blog/templ/entry.html',
    'apps/blog/templ/index.html',
    'apps/blog/views.ts',
    'static/blog',
  ])
  expect(readlinkSync(join(cwd, 'static/blog'))).toBe('../apps/blog/static')
  expect(stdout).toContain('   create  static/blog -> ../apps/blog/static\n')
  expect(stdout).toContain('http://127.0.0.1:8000/blog')
})

test('an app is made from any folder of the project, and its URL is that of .env', async () => {
  const cwd = await project()
  writeFileSync(join(cwd, '.env'), 'PORT=9000\nHOST=0.0.0.0\n')
  const { code, stdout } = await runTao(['startapp', 'shop'], { cwd: join(cwd, 'templ') })
  expect(code).toBe(0)
  expect(stdout).toContain('   create  ../apps/shop/routes.ts\n')
  expect(stdout).toContain('http://127.0.0.1:9000/shop')
  expect(readFileSync(join(cwd, 'apps/shop/routes.ts'), 'utf8')).toContain(
    "route('GET', '/shop', views.index)",
  )
})

test('an app is not made twice', async () => {
  const cwd = await project()
  await runTao(['new-app', 'blog'], { cwd })
  writeFileSync(join(cwd, 'apps/blog/views.ts'), 'changed')
  const before = listing(cwd)
  const { code, stdout, stderr } = await runTao(['new-app', 'blog'], { cwd })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(' conflict  apps/blog/views.ts')
  expect(stderr).not.toContain('identical')
  expect(stderr).toMatch(
    /^error: The app blog was not made: apps\/blog is an app already\. Nothing was written\.$/m,
  )
  expect(listing(cwd)).toEqual(before)
})

test('what is in the way is listed and left alone', async () => {
  const cwd = await project()
  mkdirSync(join(cwd, 'static/blog'))
  mkdirSync(join(cwd, 'apps/blog/templ'), { recursive: true })
  writeFileSync(join(cwd, 'apps/blog/templ/index.html'), 'mine')
  const before = listing(cwd)
  const { code, stderr } = await runTao(['new-app', 'blog'], { cwd })
  expect(code).toBe(1)
  expect(stderr.match(/^ conflict {2}.*$/gm)).toEqual([
    ' conflict  apps/blog/templ/index.html  (another file is there)',
    ' conflict  static/blog -> ../apps/blog/static  (something that is no link is there)',
  ])
  expect(listing(cwd)).toEqual(before)
})

test('an interruption leaves nothing of the app', async () => {
  const cwd = await project()
  const before = listing(cwd)
  const controller = new AbortController()
  controller.abort()
  const { code, stderr } = await runTao(['new-app', 'blog'], { cwd, signal: controller.signal })
  expect(code).toBe(130)
  expect(stderr).toContain('Interrupted')
  expect(listing(cwd)).toEqual(before)
})

test('an app that was removed can be made again', async () => {
  const cwd = await project()
  await runTao(['new-app', 'blog'], { cwd })
  rmSync(join(cwd, 'apps/blog'), { recursive: true })
  const { code, stdout } = await runTao(['new-app', 'blog'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain('identical  static/blog -> ../apps/blog/static')
})

test('a dry run and --json', async () => {
  const cwd = await project()
  const before = listing(cwd)
  const dry = await runTao(['new-app', 'blog', '--dry-run'], { cwd })
  expect([dry.code, dry.stdout.includes('Nothing was written')]).toEqual([0, true])
  expect(listing(cwd)).toEqual(before)
  const json = await runTao(['new-app', 'blog', '--json'], { cwd })
  expect(JSON.parse(json.stdout)).toMatchObject({
    app: 'blog',
    url: 'http://127.0.0.1:8000/blog',
    refusedLinks: [],
  })
})

test('outside of a project it says where one is', async () => {
  const cwd = await project()
  const above = await runTao(['new-app', 'blog'], { cwd: join(cwd, '..') })
  expect(above.code).toBe(1)
  expect(above.stderr).toMatch(/A project was found in site: cd site/)
  const nowhere = await runTao(['new-app', 'blog'], { cwd: tempFolder() })
  expect(nowhere.stderr).toMatch(/error: No project in .*\nhint: .*tao new-project NAME/)
})

test('a program is told each path as it is, unquoted, and where a link leads to', async () => {
  const cwd = tempFolder()
  await runTao(['new-project', 'site', 'my site', '--no-install', '--no-git'], { cwd })
  const words = ['new-app', 'blog', '--dry-run', '--json']
  const { code, stdout } = await runTao(words, { cwd: join(cwd, 'my site/templ') })
  const { files } = JSON.parse(stdout) as { files: { action: string; path: string; target?: string }[] }
  expect(code).toBe(0)
  expect(files[0]).toEqual({ action: 'create', path: '../apps/blog/routes.ts' })
  expect(files.at(-1)).toEqual({
    action: 'create',
    path: '../static/blog',
    target: '../apps/blog/static',
  })

  const deep = join(cwd, 'my site/templ/a/b')
  mkdirSync(deep, { recursive: true })
  const far = await runTao(words, { cwd: deep })
  expect((JSON.parse(far.stdout) as { files: { path: string }[] }).files[0]?.path).toBe(
    join(cwd, 'my site/apps/blog/routes.ts'),
  )
})
