import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findProject } from '../../src/project/find-project.ts'
import { makeFolder } from './temp-project.ts'

test('the project of a folder is the nearest one above it', () => {
  const root = makeFolder({
    'site/settings.ts': '',
    'site/apps/blog/static/deep/': '',
    'site/package.json': '{"name":"my-site"}',
  })
  const project = findProject(join(root, 'site/apps/blog/static/deep'))
  expect(project).toEqual({
    root: join(root, 'site'),
    name: 'my-site',
    settingsFile: join(root, 'site/settings.ts'),
    routesFile: undefined,
    middlewareFile: undefined,
    appsFolder: join(root, 'site/apps'),
    templFolder: join(root, 'site/templ'),
    staticFolder: join(root, 'site/static'),
    commandsFolder: undefined,
  })
})

test('a folder with settings.js and routes.js is a project too, and needs no package.json', () => {
  const root = makeFolder({ 'mine/settings.js': '', 'mine/routes.js': '', 'mine/commands/x.js': '' })
  expect(findProject(join(root, 'mine'))).toMatchObject({
    name: 'mine',
    routesFile: join(root, 'mine/routes.js'),
    commandsFolder: join(root, 'mine/commands'),
  })
})

test('settings alone are no project', () => {
  const root = makeFolder({ 'settings.ts': '' })
  expect(() => findProject(root)).toThrow(expect.objectContaining({ code: 'TAO_PROJECT_NOT_FOUND' }))
})

test('where there is none, a project below is named with the command to type', () => {
  const root = makeFolder({
    'a/my site/settings.ts': '',
    'a/my site/apps/': '',
    'node_modules/x/settings.ts': '',
    'node_modules/x/apps/': '',
  })
  expect(() => findProject(root)).toThrow(
    `No project in ${root}. A project was found in a/my site: cd 'a/my site'`,
  )
})
