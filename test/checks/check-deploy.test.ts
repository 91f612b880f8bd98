import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSite } from '../../src/checks/index.ts'
import { stateOf } from '../../src/project/index.ts'
import { makeFolder } from '../project/temp-project.ts'
import { check, checkFiles, deployed } from './temp-site.ts'

const ids = async (
  changes: Record<string, string | null>,
  env: Record<string, string> = deployed,
): Promise<string[]> => (await check(changes, { deploy: true, env: { ...env } })).map(({ id }) => id)
const settings = (text: string): Record<string, string> => ({ 'settings.ts': `export default ${text}` })

test('H20 a site that is fit for the world has no findings', async () => {
  expect(await ids({})).toEqual([])
})

test('H20 H19 a fresh site is told all that it lacks', async () => {
  expect(await ids({ '.env': null }, {})).toEqual([
    'tao.E104',
    'tao.W902',
    'tao.W904',
    'tao.W906',
    'tao.I915',
  ])
})

test('H20 without --deploy none of it matters', async () => {
  expect((await check({ '.env': null }, { env: {} })).map(({ id }) => id)).toEqual(['tao.I107'])
})

test.each<[string, string[], Record<string, string>, string?]>([
  ['debug pages', ['tao.W901'], { NODE_ENV: 'development' }],
  ['a weak key', ['tao.E104'], { SECRET_KEY: 'short' }],
  ['any host', ['tao.W903'], { ALLOWED_HOSTS: '*' }],
  ['no host check', ['tao.W903'], {}, '{ security: { hostCheck: false } }'],
  ['a site without https', ['tao.W905', 'tao.W906'], { SITE_URL: 'http://example.com' }],
  ['a cookie that is not Secure', ['tao.W906'], {}, '{ session: { secure: false } }'],
  ['the mode of tests', ['tao.W901'], { NODE_ENV: 'test' }],
  ['no HSTS', ['tao.W907'], {}, '{ security: { hsts: false } }'],
  ['an HSTS that ends at once', ['tao.W907'], {}, '{ security: { hsts: { maxAge: 0 } } }'],
  ['nobody trusted in front of a site with https', ['tao.W918'], { TRUST_PROXY: '' }],
  ['a cookie for pages of other sites', ['tao.W919'], {}, "{ session: { sameSite: 'none' } }"],
  [
    'an origin without encryption',
    ['tao.W921'],
    {},
    "{ security: { trustedOrigins: ['https://a.example', 'http://b.example'] } }",
  ],
  ['a database that anyone can fetch', ['tao.E922', 'tao.I915'], { DATABASE_URL: 'embedded:static/data' }],
  ['TRUST_PROXY=true', ['tao.E103', 'tao.W918'], { TRUST_PROXY: 'true' }],
  ['every proxy trusted', ['tao.W908'], { TRUST_PROXY: '0.0.0.0/0' }],
  ['every proxy of IPv6 trusted', ['tao.W908'], { TRUST_PROXY: '::/0' }],
  ['requests of other sites', ['tao.W909'], {}, '{ security: { crossOrigin: false } }'],
  ...['X-Content-Type-Options', 'x-frame-options', 'Referrer-Policy', 'cross-origin-opener-policy'].map(
    (name): [string, string[], Record<string, string>, string] => [
      `the header ${name} taken away`,
      ['tao.W910'],
      {},
      `{ security: { headers: { '${name}': false } } }`,
    ],
  ),
  ['no policy', ['tao.W910'], {}, '{ security: { contentSecurityPolicy: false } }'],
  ['strict rejections', ['tao.W913'], { NODE_OPTIONS: '--unhandled-rejections=strict' }],
  ['strict rejections, said with a blank', ['tao.W913'], { NODE_OPTIONS: '--unhandled-rejections strict' }],
  [
    'no timeouts',
    ['tao.W914', 'tao.W914', 'tao.W914'],
    {},
    '{ timeouts: { headers: 0, request: 0, keepAlive: 0 } }',
  ],
  ['the embedded database', ['tao.I915'], { DATABASE_URL: 'embedded:data' }],
])('H20 %s is told', async (_, expected, env, text) => {
  expect(await ids(text === undefined ? {} : settings(text), { ...deployed, ...env })).toEqual(expected)
})

test.each<[string, string, Record<string, string>, string[]?]>([
  [
    'a Secure cookie without https',
    '{ session: { secure: true } }',
    { SITE_URL: 'http://example.com' },
    ['tao.W905'],
  ],
  ['a large network of proxies', '{}', { TRUST_PROXY: '10.0.0.0/10' }],
  ['a header of another kind taken away', "{ security: { headers: { 'x-powered-by': false } } }", {}],
  ['rejections that only warn', '{}', { NODE_OPTIONS: '--unhandled-rejections=warn' }],
])('H20 %s is fine', async (_, text, env, expected = []) => {
  expect(await ids(settings(text), { ...deployed, ...env })).toEqual(expected)
})

test('H20 each is told where it is written', async () => {
  const found = await check(
    {
      'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({
  siteUrl: 'http://example.com',
  security: {
    crossOrigin: false,
    hostCheck: false,
    headers: {
      'x-frame-options': false,
    },
    contentSecurityPolicy: false,
    hsts: false,
    trustedOrigins: ['http://a.example'],
  },
  session: {
    secure: false,
    sameSite: 'none',
  },
  timeouts: {
    keepAlive: 0,
  },
  database: 'embedded:static/data',
})`,
    },
    { deploy: true, env: {} },
  )
  expect(
    Object.fromEntries(found.map(({ id, message, at }) => [`${id} ${message.slice(0, 16)}`, at])),
  ).toEqual({
    'tao.W905 SITE_URL is http': 'settings.ts:3',
    'tao.W909 Requests from pa': 'settings.ts:5',
    'tao.W903 Any Host header ': 'settings.ts:6',
    'tao.W910 The header x-fra': 'settings.ts:8',
    'tao.W910 The header Conte': 'settings.ts:10',
    'tao.W907 HSTS is off: bro': 'settings.ts:11',
    'tao.W921 The trusted orig': 'settings.ts:12',
    'tao.W906 The session cook': 'settings.ts:15',
    'tao.W919 settings.session': 'settings.ts:16',
    'tao.E103 settings.session': 'settings.ts:16',
    'tao.W914 settings.timeout': 'settings.ts:19',
    'tao.E922 The database is ': 'settings.ts:21',
    'tao.I915 The embedded dat': undefined,
  })
  const [any] = await check(settings("{\n  allowedHosts: ['*'],\n}"), { deploy: true, env: { ...deployed } })
  expect(any).toMatchObject({ id: 'tao.W903', at: 'settings.ts:2' })
})

test('H20 H12 uploads saved inside static/ are told where they are saved', async () => {
  const found = await check(
    {
      'pages.ts': `export const save = async (file, folder) => {
  await file.saveTo(folder)
  await file.saveTo('uploads/statics')
  await file.saveTo(join(folder, 'static/uploads'))
  await file.saveTo('static')
  await file.saveTo(join(')', 'static'))
  await saveTo('static')
  await file.saveTo(folder).then(() => log('static'))
}`,
    },
    { deploy: true, env: { ...deployed } },
  )
  expect(found.map(({ id, at }) => `${id} ${at}`)).toEqual([
    'tao.W911 pages.ts:4',
    'tao.W911 pages.ts:5',
    'tao.W911 pages.ts:6',
  ])
})

test.skipIf(process.platform === 'win32')('H20 a .env that every user can read is told', async () => {
  const { root } = await checkFiles({})
  const found = async (mode: number): Promise<string | undefined> => {
    chmodSync(join(root, '.env'), mode)
    const all = await checkSite({ root, deploy: true, env: { ...deployed } })
    return all.find(({ id }) => id === 'tao.W920')?.place?.file
  }
  // A group is one that somebody chose.
  expect(await found(0o640)).toBeUndefined()
  expect(await found(0o644)).toBe(join(root, '.env'))
})

test('H20 a .env under version control is told', async () => {
  const { root } = await checkFiles({})
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: root, stdio: 'ignore' })
  git('init')
  const found = async (): Promise<string[]> =>
    (await checkSite({ root, deploy: true, env: { ...deployed } })).map(({ id }) => id)
  expect(await found()).not.toContain('tao.E912')
  git('add', '.env')
  expect(await found()).toContain('tao.E912')
})

test('H20 a site that was not built, or was changed since, is told', async () => {
  const root = makeFolder({ 'settings.ts': 'export default {}', 'routes.ts': 'export default []' })
  const built = async (): Promise<string[]> =>
    (await checkSite({ root, env: {}, deploy: true }))
      .filter(({ id }) => ['tao.I917', 'tao.W916'].includes(id))
      .map(({ id, message }) => `${id} ${message}`)
  expect(await built()).toEqual([
    'tao.I917 There is no build: "tao serve" compiles the sources at each start',
  ])
  const sources = { 'settings.ts': stateOf(Buffer.from('export default {}')), 'routes.ts': [0, ''] }
  mkdirSync(join(root, '.tao/build'), { recursive: true })
  writeFileSync(
    join(root, '.tao/build/build.json'),
    JSON.stringify({ version: 1, tao: '0', sources, except: [], packages: {}, typescript: false }),
  )
  expect(await built()).toEqual(['tao.W916 routes.ts changed since the site was built'])
  writeFileSync(join(root, 'settings.ts'), 'export default { name: "x" }')
  expect(await built()).toEqual(['tao.W916 routes.ts and 1 more file changed since the site was built'])
})
