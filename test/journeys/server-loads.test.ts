import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { tempFolder } from '../scaffold/temp-folder.ts'
import { checkout, startNode } from './real-tao.ts'

const SITE = `
import Module from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
const { buildSite } = await import(pathToFileURL(join(process.argv[2], 'dist', 'index.js')).href)
const env = { NODE_ENV: 'production', SECRET_KEY: 'a key of more than thirty-two characters' }
const site = await buildSite({ root: process.cwd(), mode: 'production', env })
const { url } = await site.listen({ host: '127.0.0.1', port: 0 })
console.log(await (await fetch(url)).text())
const packages = Object.keys(Module._cache).map((file) => /.*node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1])
console.log('loaded', [...new Set(packages)].join(' '), '.')
await site.close()
`

test('a server loads what its site uses: no driver, store, schemas, sockets or development parts of its own accord', async () => {
  const cwd = tempFolder()
  mkdirSync(join(cwd, 'templ'))
  writeFileSync(join(cwd, 'templ', 'index.html'), 'hello')
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(cwd, 'settings.ts'), "export default { database: 'mongodb://127.0.0.1/never-asked' }")
  mkdirSync(join(cwd, 'node_modules'))
  writeFileSync(
    join(cwd, 'routes.ts'),
    `import { route, templ } from '${pathToFileURL(join(checkout, 'dist', 'index.js')).href}'\nexport default [route('GET', '/', (request) => templ('index', request), 'index')]`,
  )
  writeFileSync(join(cwd, 'start.mjs'), SITE)
  const { code, stdout, stderr } = await startNode(['start.mjs', checkout], { cwd }).ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('hello')
  const loaded = /loaded (.*) \./.exec(stdout)![1]!.split(' ')
  expect(loaded).toContain('nunjucks')
  for (const name of [
    'mongodb',
    'lmdb',
    'bson',
    'ajv',
    '@sinclair/typebox',
    'ws',
    '@fastify/send',
    'pino-pretty',
    'light-my-request',
    'ioredis',
    'piscina',
    'chokidar',
  ])
    expect(loaded).not.toContain(name)
})
