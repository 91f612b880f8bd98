import { lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mendLinks, planLinks, type LinkReport } from '../../src/static/index.ts'
import { makeSite, type SiteFolder } from './site-folder.ts'

function mend(site: SiteFolder, ...apps: string[]): LinkReport {
  return mendLinks(
    planLinks({
      staticFolder: site.static,
      appsFolder: join(site.root, 'apps'),
      apps: apps.map((name) => ({ name, staticFolder: join(site.root, 'apps', name, 'static') })),
    }),
  )
}

function namesOf(report: LinkReport): Record<string, string[]> {
  const filled = Object.entries(report).filter(([, links]) => links.length > 0)
  return Object.fromEntries(
    filled.map(([key, links]) => [key, (links as { app: string }[]).map((link) => link.app)]),
  )
}

describe('links of static folders', () => {
  test('#2 a link is made for each app that has static files, relative, and kept the next time', async () => {
    await using site = await makeSite({
      'apps/blog/static/a.css': 'a',
      'apps/shop/static/a.css': 'a',
      'apps/api/routes.ts': '',
    })
    expect(namesOf(mend(site, 'blog', 'shop', 'api'))).toEqual({ made: ['blog', 'shop'] })
    expect(await readlink(join(site.static, 'blog'))).toBe('../apps/blog/static')
    expect(await readFile(join(site.static, 'blog/a.css'), 'utf8')).toBe('a')
    expect(namesOf(mend(site, 'blog', 'shop', 'api'))).toEqual({})
  })

  test('planning alone changes nothing', async () => {
    await using site = await makeSite({ 'apps/blog/static/a.css': 'a' })
    const plan = planLinks({
      staticFolder: site.static,
      appsFolder: join(site.root, 'apps'),
      apps: [
        { name: 'blog', staticFolder: join(site.root, 'apps/blog/static') },
        { name: 'auth', staticFolder: join(site.root, 'apps/blog/static'), kind: 'battery' },
        { name: 'none', staticFolder: undefined },
      ],
    })
    expect(plan.links.map(({ app, action, target }) => [app, action, target])).toEqual([
      ['blog', 'make', '../apps/blog/static'],
    ])
    expect(await readdir(site.static)).toEqual([])
  })

  test('#8 wrong, absolute and dangling links are mended, those of removed apps go', async () => {
    await using site = await makeSite({ 'apps/a/static/x': '', 'apps/b/static/x': '', 'apps/c/static/x': '' })
    await symlink('../apps/b/static', join(site.static, 'a'))
    await symlink(join(site.root, 'apps/b/static'), join(site.static, 'b'))
    await symlink('../apps/c/statics', join(site.static, 'c'))
    await symlink('../apps/removed/static', join(site.static, 'removed'))
    await symlink('../elsewhere', join(site.static, 'mine'))
    expect(namesOf(mend(site, 'a', 'b', 'c'))).toEqual({ mended: ['a', 'b', 'c'], removed: ['removed'] })
    for (const name of ['a', 'b', 'c'])
      expect(await readlink(join(site.static, name))).toBe(`../apps/${name}/static`)
    expect((await readdir(site.static)).sort()).toEqual(['a', 'b', 'c', 'mine'])
    expect(namesOf(mend(site, 'a', 'b', 'c'))).toEqual({})
  })

  test('the link of an app that lost its static folder goes', async () => {
    await using site = await makeSite({ 'apps/blog/static/x': '' })
    mend(site, 'blog')
    await rm(join(site.root, 'apps/blog/static'), { recursive: true })
    expect(namesOf(mend(site, 'blog'))).toEqual({ removed: ['blog'] })
  })

  test('a real folder or file is left alone and told', async () => {
    await using site = await makeSite({
      'apps/a/static/x': '',
      'apps/b/static/x': '',
      'static/a/own.css': 'own',
      'static/b': 'file',
    })
    expect(namesOf(mend(site, 'a', 'b'))).toEqual({ conflicts: ['a', 'b'] })
    expect(await readFile(join(site.static, 'a/own.css'), 'utf8')).toBe('own')
    expect((await lstat(join(site.static, 'b'))).isFile()).toBe(true)
  })

  test('a missing static folder is made, and a moved site keeps its links', async () => {
    await using site = await makeSite({ 'apps/blog/static/a.css': 'a' })
    await rm(site.static, { recursive: true })
    expect(namesOf(mend(site, 'blog'))).toEqual({ made: ['blog'] })
    await mkdir(join(site.root, 'moved'))
    await rename(join(site.root, 'apps'), join(site.root, 'moved/apps'))
    await rename(site.static, join(site.root, 'moved/static'))
    expect(await readFile(join(site.root, 'moved/static/blog/a.css'), 'utf8')).toBe('a')
  })

  test('a static folder that is a link itself gets links that lead home', async () => {
    await using site = await makeSite({ 'apps/blog/static/a.css': 'a', 'elsewhere/deep/x': '' })
    await rm(site.static, { recursive: true })
    await symlink('elsewhere/deep', site.static)
    expect(namesOf(mend(site, 'blog'))).toEqual({ made: ['blog'] })
    expect(await readFile(join(site.static, 'blog/a.css'), 'utf8')).toBe('a')
  })

  test('where links cannot be made the apps are named as served directly', async () => {
    await using site = await makeSite({ 'apps/blog/static/a.css': 'a' })
    await rm(site.static, { recursive: true })
    await site.write('static', 'a file is in the way')
    expect(namesOf(mend(site, 'blog'))).toEqual({ direct: ['blog'] })
  })
})
