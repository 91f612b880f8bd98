import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { discoverApps, inspectApps } from '../../src/project/discover-apps.ts'
import { describeProject } from '../../src/project/find-project.ts'
import type { AppSettings } from '../../src/project/settings.ts'
import { makeFolder } from './temp-project.ts'

const site = { 'settings.ts': 'export default {}' }
const found = (root: string, apps: Record<string, AppSettings> = {}) =>
  inspectApps(describeProject(root), { apps }, join(root, 'batteries'))
const codes = (root: string, apps: Record<string, AppSettings> = {}): string[] =>
  found(root, apps).problems.map(({ code }) => code)

test('#2 a folder in apps/ with a routes file is an app, found without registration', () => {
  const root = makeFolder({
    ...site,
    'apps/shop/routes.ts': '',
    'apps/shop/middleware.ts': '',
    'apps/blog/routes.js': '',
    'apps/blog/templ/index.html': '',
    'apps/blog/static/blog.css': '',
    'apps/blog/commands/import.ts': '',
    'apps/drafts/views.ts': '',
    'apps/.hidden/routes.ts': '',
    'apps/notes.txt': '',
  })
  const folder = join(root, 'apps/blog')
  const apps = discoverApps(describeProject(root), { apps: {} })
  expect(apps).toEqual([
    {
      name: 'blog',
      kind: 'site',
      folder,
      routesFile: join(folder, 'routes.js'),
      middlewareFile: undefined,
      templFolder: join(folder, 'templ'),
      staticFolder: join(folder, 'static'),
      commandsFolder: join(folder, 'commands'),
      prefix: '',
      namePrefix: 'blog',
    },
    expect.objectContaining({ name: 'shop', middlewareFile: join(root, 'apps/shop/middleware.ts') }),
  ])
})

test('#3 batteries come first, then packages, then the apps of the site in name order', () => {
  const root = makeFolder({
    ...site,
    'apps/zoo/routes.ts': '',
    'apps/blog/routes.ts': '',
    'batteries/auth/routes.ts': '',
    'node_modules/tao-forum/dist/routes.js': '',
    'node_modules/tao-forum/dist/templ/index.html': '',
  })
  const { apps, problems } = found(root, {
    forum: { package: 'tao-forum', prefix: '/forum' },
    auth: {},
    blog: { namePrefix: 'news' },
  })
  expect(problems).toEqual([])
  expect(apps.map(({ name, kind, prefix, namePrefix }) => [name, kind, prefix, namePrefix])).toEqual([
    ['auth', 'battery', '', 'auth'],
    ['forum', 'package', '/forum', 'forum'],
    ['blog', 'site', '', 'news'],
    ['zoo', 'site', '', 'zoo'],
  ])
  expect(apps[1]?.templFolder).toBe(join(root, 'node_modules/tao-forum/dist/templ'))
})

test('templates and static files of an app of the site may come after it', () => {
  const root = makeFolder({ ...site, 'apps/blog/routes.ts': '', 'batteries/auth/routes.ts': '' })
  expect(found(root, { auth: {} }).apps.map((app) => [app.name, app.templFolder, app.staticFolder])).toEqual([
    ['auth', undefined, undefined],
    ['blog', join(root, 'apps/blog/templ'), join(root, 'apps/blog/static')],
  ])
})

test('a folder of the site takes the place of a battery of the same name', () => {
  const root = makeFolder({ ...site, 'apps/auth/routes.ts': '', 'batteries/auth/routes.ts': '' })
  expect(found(root, { auth: {} }).apps.map(({ kind }) => kind)).toEqual(['site'])
})

test('an app may come from a folder elsewhere, and from a link in apps/', () => {
  const root = makeFolder({ ...site, 'vendor/wiki/routes.ts': '', 'elsewhere/routes.ts': '' })
  mkdirSync(join(root, 'apps'))
  symlinkSync('../elsewhere', join(root, 'apps/linked'))
  symlinkSync('../nowhere', join(root, 'apps/dangling'))
  const { apps } = found(root, { wiki: { package: './vendor/wiki' } })
  expect(apps.map(({ name }) => name)).toEqual(['wiki', 'linked'])
})

test('an app that is not enabled is left out', () => {
  const root = makeFolder({ ...site, 'apps/blog/routes.ts': '' })
  expect(found(root, { blog: { enabled: false } })).toEqual({ apps: [], problems: [] })
})

test('a name in settings.apps that leads nowhere is placed, with the nearest one', () => {
  const root = makeFolder({
    'settings.ts': 'export default defineSettings({\n  apps: {\n    blgo: {},\n  },\n})',
    'apps/blog/routes.ts': '',
  })
  expect(() => discoverApps(describeProject(root), { apps: { blgo: {} } })).toThrow(
    expect.objectContaining({
      code: 'TAO_APP_UNKNOWN',
      hint: 'Did you mean "blog"?',
      place: { file: join(root, 'settings.ts'), line: 3, column: 5 },
    }),
  )
})

test('a folder whose name no app can have is an error only when it holds a routes file', () => {
  const root = makeFolder({
    ...site,
    'apps/my blog/routes.ts': '',
    'apps/2 notes/x.txt': '',
    'apps/ok/routes.ts': '',
  })
  const { apps, problems } = found(root)
  expect(problems.map(({ message }) => message)).toEqual([
    'The folder apps/my blog holds a routes file, but "my blog" cannot be the name of an app',
  ])
  expect(apps.map(({ name }) => name)).toEqual(['ok'])
})

test('a package that is not installed, holds no app, or ships TypeScript is told', () => {
  const root = makeFolder({
    ...site,
    'node_modules/plain/index.js': '',
    'node_modules/typed/routes.ts': '',
    'apps/blog/routes.ts': '',
    'vendor/routes.ts': '',
  })
  expect(codes(root, { a: { package: 'tao-gone' } })).toEqual(['TAO_APP_PACKAGE_MISSING'])
  expect(found(root, { a: { package: 'tao-gone' } }).problems[0]?.message).toContain('npm install tao-gone')
  expect(found(root, { a: { package: 'plain' } }).problems[0]?.message).toContain('holds no routes file')
  expect(found(root, { a: { package: 'typed' } }).problems[0]?.message).toContain('is TypeScript')
  expect(codes(root, { blog: { package: './vendor' } })).toEqual(['TAO_APP_TWICE'])
})

test('a site without apps/ has no apps', () => {
  expect(found(makeFolder({ ...site, 'routes.ts': '' }))).toEqual({ apps: [], problems: [] })
})
