import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { TestSite } from '../serve/serving.ts'
import { deploy, deployedSite, removeBuilt } from './deployed.ts'
import { hasProgram, systemPath } from './program.ts'
import { isIgnored, readDockerfile, type Instruction } from './dockerfile.ts'

afterAll(removeBuilt)

const of = (site: TestSite, path: string): string => readFileSync(join(site.folder, path), 'utf8')

async function imageOf(
  files: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Promise<{
  site: TestSite
  all: Instruction[]
  first: Instruction[]
  last: Instruction[]
  ignore: string
}> {
  const site = deployedSite({ 'package-lock.json': '{}', ...files })
  await deploy(site, ['docker', ...words], { PORT: '8000' })
  const all = readDockerfile(of(site, 'deploy/Dockerfile'))
  const second = all.findLastIndex(({ name }) => name === 'FROM')
  return {
    site,
    all,
    first: all.slice(0, second),
    last: all.slice(second),
    ignore: of(site, '.dockerignore'),
  }
}

test('#16 the image is built in one stage and runs in another, on this line of Node, without npm or a compiler', async () => {
  const { first, last } = await imageOf()
  const image = `node:${process.versions.node.split('.')[0]}-slim`
  expect([first[0]?.text, last[0]?.text]).toEqual([`${image} AS build`, image])
  expect(first.filter(({ name }) => name === 'RUN').map(({ text }) => text)).toEqual([
    'npm ci --omit=dev',
    'node node_modules/tao1/bin/tao.js build',
  ])
  expect(last.filter(({ name }) => name === 'COPY').map(({ flags, words }) => [flags, words])).toEqual([
    [{ from: 'build' }, ['/site/package.json', './']],
    [{ from: 'build' }, ['/site/node_modules', 'node_modules']],
    [{ from: 'build' }, ['/site/.tao/build', '.tao/build']],
    [{ from: 'build' }, ['/site/.tao/static', '.tao/static']],
  ])
})

test('#16 the packages are a layer of their own, made from what the lockfile says and before the site’s own files', async () => {
  const { first } = await imageOf()
  const copies = first.flatMap(({ name, words }, i) => (name === 'COPY' ? [{ i, words }] : []))
  const install = first.findIndex(({ text }) => text.startsWith('npm ci'))
  expect(copies.map(({ words }) => words)).toEqual([
    ['package.json', 'package-lock.json', './'],
    ['.', '.'],
  ])
  expect(copies[0]!.i < install && install < copies[1]!.i).toBe(true)
})

test.each([
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile --prod'],
  ['yarn.lock', 'yarn install --frozen-lockfile --production'],
  ['bun.lock', 'bun install --frozen-lockfile --production'],
])('#16 a project with %s is installed by its own package manager', async (lockfile, command) => {
  const site = deployedSite({ [lockfile]: '' })
  const { stderr } = await deploy(site, ['docker'])
  const all = readDockerfile(of(site, 'deploy/Dockerfile'))
  expect(all.find(({ name }) => name === 'RUN')?.text).toContain(command)
  expect(all.find(({ name }) => name === 'COPY')?.words).toEqual(['package.json', lockfile, './'])
  expect(stderr).toBe('')
})

test('#16 the site does not run as root, owns its data alone, and hears signals itself', async () => {
  const { last } = await imageOf({}, ['--workers', '3'])
  const user = last.findIndex(({ name }) => name === 'USER')
  expect(last[user]?.words).toEqual(['node'])
  const cmd = last.findIndex(({ name }) => name === 'CMD')
  expect(cmd).toBeGreaterThan(user)
  expect([last[cmd]?.isExec, last[cmd]?.words]).toEqual([
    true,
    ['node', 'node_modules/tao1/bin/tao.js', 'serve', '--workers', '3'],
  ])
  expect(last.filter(({ name }) => name === 'ENV').map(({ text }) => text)).toEqual([
    'NODE_ENV=production HOST=0.0.0.0 PORT=8000',
  ])
  expect(last.find(({ name }) => name === 'HEALTHCHECK')?.text).toContain('/healthz')
})

test('#16 packages of the project itself are there when npm installs, and stay where npm links to them', async () => {
  const { first, last, site } = await imageOf({
    'package.json': JSON.stringify({
      name: 'trial',
      type: 'module',
      workspaces: ['packages/*', 'elsewhere'],
      dependencies: { a: 'file:vendor/a b.tgz', b: 'file:./own/b', ok: '^1.0.0' },
    }),
    'vendor/a b.tgz': '',
    'own/b/package.json': '{}',
    'packages/c/package.json': '{}',
    '.npmrc': '',
  })
  const copies = (part: Instruction[]): string[] =>
    part.filter(({ name }) => name === 'COPY').map(({ words }) => words.join(' -> '))
  expect(copies(first)).toEqual([
    'package.json -> package-lock.json -> .npmrc -> ./',
    'vendor/a b.tgz -> ./vendor/',
    'packages -> packages',
    'own/b -> own/b',
    '. -> .',
  ])
  expect(copies(last).slice(0, 4)).toEqual([
    '/site/package.json -> ./',
    '/site/packages -> packages',
    '/site/own/b -> own/b',
    '/site/node_modules -> node_modules',
  ])
  const { stderr } = await deploy(site, ['docker', '--folder', 'again'])
  expect(stderr).toBe('')
})

test('#16 the data are where the settings say, in a volume, and what is there is not built in', async () => {
  const { last, ignore } = await imageOf({
    'settings.ts': "export default { database: 'embedded:my store' }",
  })
  expect(last.find(({ name }) => name === 'VOLUME')?.words).toEqual(['/site/my store'])
  expect(last.find(({ name }) => name === 'RUN')?.text).toBe(
    'mkdir -p "/site/my store" && chown node:node "/site/my store"',
  )
  expect(isIgnored(ignore, 'my store/data.mdb')).toBe(true)
})

test('#16 secrets, data, modules and git stay out of the image, the site’s own files go in', async () => {
  const { ignore } = await imageOf()
  const kept = [
    'settings.ts',
    'package.json',
    'package-lock.json',
    'apps/blog/routes.ts',
    'static/site.css',
    'templ/index.html',
    'apps/blog/data/a.txt',
  ]
  const out = [
    '.env',
    '.env.production',
    '.git/config',
    'node_modules/tao1/package.json',
    'packages/a/node_modules/b/package.json',
    'data/data.mdb',
    '.tao/static.json',
    'deploy/Dockerfile',
    'apps/blog/debug.log',
  ]
  expect(kept.filter((path) => isIgnored(ignore, path))).toEqual([])
  expect(out.filter((path) => !isIgnored(ignore, path))).toEqual([])
})

test('#16 what the image would lack is said', async () => {
  const site = deployedSite({
    'package.json':
      '{ "name": "trial", "type": "module", "dependencies": { "tao1": "file:../tao", "ok": "^1.0.0" } }',
  })
  const { stderr } = await deploy(site, ['docker'])
  expect(stderr).toMatch(/warning: There is no package-lock\.json.*npm install/)
  expect(stderr).toMatch(/warning: package\.json asks for tao1 by a path of this machine/)
})

interface Service {
  image?: string
  build?: { context: string; dockerfile: string }
  environment: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  ports?: string[]
  volumes?: string[]
  networks: string[]
  read_only?: boolean
  stop_grace_period?: string
}
interface Compose {
  name: string
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean } | null>
  volumes: Record<string, null>
}

async function composeOf(
  words: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<{ site: TestSite; compose: Compose; text: string }> {
  const site = deployedSite({ 'package-lock.json': '{}', ...files })
  await deploy(site, ['compose', ...words], { SITE_URL: 'https://example.com' })
  const text = of(site, 'deploy/compose.yaml')
  return { site, text, compose: parse(text, { strict: true, uniqueKeys: true }) as Compose }
}

test('#16 compose runs the site beside MongoDB and Valkey, which are well before it starts', async () => {
  const { compose } = await composeOf()
  const { site, mongo, valkey } = compose.services as { site: Service; mongo: Service; valkey: Service }
  expect(site.depends_on).toEqual({
    mongo: { condition: 'service_healthy' },
    valkey: { condition: 'service_healthy' },
  })
  for (const { healthcheck } of [mongo, valkey]) expect(healthcheck?.test[0]).toBe('CMD')
  expect(site.environment['DATABASE_URL']).toContain('@mongo:27017/')
  // Of one server, a database for each.
  expect([site.environment['CHANNELS_URL'], site.environment['CACHE_URL']]).toEqual([
    expect.stringMatching(/@valkey:6379\/0$/),
    expect.stringMatching(/@valkey:6379\/1$/),
  ])
  expect(site.build).toEqual({ context: '..', dockerfile: 'deploy/Dockerfile' })
})

test('#16 compose shows the databases to the site alone, and the site to this machine alone', async () => {
  const { compose } = await composeOf()
  const { site, mongo, valkey } = compose.services as { site: Service; mongo: Service; valkey: Service }
  expect([mongo.ports, valkey.ports, site.ports]).toEqual([
    undefined,
    undefined,
    ['127.0.0.1:${PORT:-8000}:8000'],
  ])
  expect(mongo.networks).toEqual(['back'])
  expect(compose.networks['back']).toEqual({ internal: true })
})

test('#16 compose names every volume and network it uses, and keeps what is to last', async () => {
  const { compose } = await composeOf()
  const services = Object.values(compose.services)
  const volumes = services.flatMap((service) => service.volumes ?? []).map((volume) => volume.split(':')[0])
  expect(new Set(volumes)).toEqual(new Set(Object.keys(compose.volumes)))
  expect(new Set(services.flatMap(({ networks }) => networks))).toEqual(
    new Set(Object.keys(compose.networks)),
  )
})

test('#16 compose holds no secret: each comes from the environment, and what is missing stops it', async () => {
  const { text, compose } = await composeOf()
  for (const name of ['SECRET_KEY', 'MONGO_PASSWORD', 'VALKEY_PASSWORD'])
    expect(text).toMatch(new RegExp(String.raw`\$\{${name}:\?`))
  expect(compose.services['site']?.stop_grace_period).toBe('30s')
})

test('#16 compose takes the Dockerfile that is there, as somebody changed it', async () => {
  const { site } = await imageOf()
  const file = join(site.folder, 'deploy/Dockerfile')
  writeFileSync(file, `${of(site, 'deploy/Dockerfile')}# mine\n`)
  const { stdout } = await deploy(site, ['compose'], { SITE_URL: 'https://example.com' })
  expect(stdout).toMatch(
    / {3}create {2}deploy\/compose\.yaml\n {5}skip {2}deploy\/Dockerfile {2}\(yours is kept\)\n {5}skip {2}\.dockerignore/,
  )
  expect(of(site, 'deploy/Dockerfile')).toContain('# mine')
})

test.skipIf(!hasProgram('docker-compose'))(
  '#16 Docker Compose finds nothing wrong with the file',
  async () => {
    const { site, text } = await composeOf()
    // Version 1, which Debian has, knows all of the specification but the name of the project.
    writeFileSync(join(site.folder, 'deploy/checked.yaml'), text.replace(/^name: .*\n/m, ''))
    const secrets = { SECRET_KEY: 'x', SITE_URL: 'https://example.com', MONGO_PASSWORD: 'x' }
    const words = ['--file', 'deploy/checked.yaml', 'config', '--quiet']
    const { status, stderr } = spawnSync('docker-compose', words, {
      cwd: site.folder,
      env: { PATH: systemPath, ...secrets, VALKEY_PASSWORD: 'x' },
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
  },
)
