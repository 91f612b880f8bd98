import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TaoError } from '../../src/base/errors.ts'
import { inspectSettings, resolveSettings, type ResolveOptions } from '../../src/project/resolve-settings.ts'
import type { SettingsInput } from '../../src/project/settings.ts'
import { makeFolder } from './temp-project.ts'

const secret = 'Zq3vK8sLw0pXn7RtYb5mHc2dJf9gAe4uTi6oQk1'
const options = (given: Partial<ResolveOptions> = {}): ResolveOptions => ({
  env: { SECRET_KEY: secret },
  mode: 'production',
  root: '/site',
  ...given,
})
const sentences = (input: unknown, given: Partial<ResolveOptions> = {}): string[] =>
  inspectSettings(input as SettingsInput, options(given)).problems.map(({ message }) => message)

function thrown(run: () => unknown): TaoError {
  try {
    run()
  } catch (error) {
    if (error instanceof TaoError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test('#17 a site that says nothing gets complete settings', () => {
  const settings = resolveSettings({}, options({ name: 'shop' }))
  expect(settings).toMatchObject({
    mode: 'production',
    debug: false,
    name: 'shop',
    host: '127.0.0.1',
    port: 8000,
    siteUrl: undefined,
    allowedHosts: [],
    trustProxy: [],
    secretKeys: [secret],
    database: 'embedded:data',
    static: { url: '/static/' },
    session: { ttl: 1_209_600, sameSite: 'lax', secure: 'auto' },
    limits: { body: 1_048_576, fields: 1000, jsonDepth: 64, url: 8192, headers: 16_384 },
    timeouts: { headers: 15, request: 60, keepAlive: 65, shutdown: 25 },
  })
})

test('H3 H4 H5 H14 the limits and times of the defaults are those promised', () => {
  const { limits, timeouts } = resolveSettings({}, options())
  expect(limits).toEqual({
    body: 1 << 20,
    cache: 32 << 20,
    fields: 1000,
    fieldSize: 1 << 18,
    files: 20,
    fileSize: 10 << 20,
    upload: 25 << 20,
    jsonDepth: 64,
    jsonOperators: false,
    url: 8192,
    headers: 16_384,
    message: 1 << 20,
    unsent: 4 << 20,
  })
  expect(timeouts).toEqual({
    headers: 15,
    request: 60,
    keepAlive: 65,
    handler: 0,
    database: 3,
    shutdown: 25,
    ping: 30,
  })
})

test('#17 settings are frozen to the bottom, and what the site gave is not', () => {
  const given = { public: { menu: ['a'], deep: { x: 1 } }, limits: { body: 5 } }
  const settings = resolveSettings(given, options())
  expect(Object.isFrozen(settings)).toBe(true)
  expect(Object.isFrozen(settings.limits)).toBe(true)
  expect(() => (settings.public['menu'] as string[]).push('b')).toThrow(TypeError)
  expect(() => Object.assign(settings.public['deep'] as object, { x: 2 })).toThrow(TypeError)
  given.public.menu.push('b')
  given.public.deep.x = 2
  expect(settings.public).toEqual({ menu: ['a'], deep: { x: 1 } })
})

test('functions and instances of classes are left as they are', () => {
  class Client {
    calls = 0
  }
  const client = new Client()
  const middleware = (): undefined => undefined
  const settings = resolveSettings({ extra: { client }, middleware: [middleware] }, options())
  expect(settings.extra['client']).toBe(client)
  client.calls++
  expect(settings.middleware[0]).toBe(middleware)
  expect(Object.isFrozen(middleware)).toBe(false)
})

test('parts of a section keep the defaults of the rest', () => {
  const settings = resolveSettings({ session: { ttl: 60 }, security: { hsts: { preload: true } } }, options())
  expect(settings.session).toMatchObject({ ttl: 60, cookie: 'session', sameSite: 'lax' })
  expect(settings.security.hsts).toEqual({ maxAge: 15_552_000, includeSubDomains: false, preload: true })
  expect(resolveSettings({ security: { hsts: false } }, options()).security.hsts).toBe(false)
})

test('an unknown key is refused with the nearest name, at every level', () => {
  const error = thrown(() => resolveSettings({ prot: 1 } as SettingsInput, options()))
  expect(error).toMatchObject({
    code: 'TAO_SETTINGS_UNKNOWN_KEY',
    message: 'settings.prot is no setting',
    hint: 'Did you mean "port"?',
  })
  const deep = thrown(() => resolveSettings({ limits: { feilds: 1 } } as SettingsInput, options()))
  expect(deep).toMatchObject({
    message: 'settings.limits.feilds is no setting',
    hint: 'Did you mean "fields" or "files"?',
  })
  const far = thrown(() => resolveSettings({ log: { zzzzzzz: 1 } } as SettingsInput, options()))
  expect(far.hint).toBe('The keys here are: level, format, requests.')
})

test('an unknown key is placed at its line of the settings file', () => {
  const file = join(
    makeFolder({
      'settings.ts': `// port: 1\nexport default defineSettings({\n  name: 'limits: { body: 1 }',\n  limits: {\n    body: 'x',\n    'fils': 2,\n  },\n})`,
    }),
    'settings.ts',
  )
  const { problems } = inspectSettings(
    { limits: { body: 'x', fils: 2 } } as unknown as SettingsInput,
    options({ file }),
  )
  expect(problems.map(({ place }) => place)).toEqual([
    { file, line: 5, column: 5 },
    { file, line: 6, column: 5 },
  ])
})

test.each<[unknown, string]>([
  [{ port: '80a' }, 'settings.port must be a whole number, from 0 to 65535, not "80a"'],
  [{ port: 70_000 }, 'settings.port must be a whole number, from 0 to 65535, not 70000'],
  [{ port: Number.NaN }, 'settings.port must be a whole number, from 0 to 65535, not NaN'],
  [{ name: '' }, 'settings.name must be some text, not an empty string'],
  [{ host: 'http://x' }, 'settings.host must be a host name or an IP address, not "http://x"'],
  [
    { siteUrl: 'example.com' },
    'settings.siteUrl must be a URL such as "https://example.com", without a path, not "example.com"',
  ],
  [
    { siteUrl: 'https://x.org/a' },
    'settings.siteUrl must be a URL such as "https://example.com", without a path, not "https://x.org/a"',
  ],
  [{ allowedHosts: 'x.org' }, 'settings.allowedHosts must be a list of host names, not "x.org"'],
  [
    { allowedHosts: ['x.org:80'] },
    'settings.allowedHosts[0] must be a host name without a port, such as "example.com" or ".example.com", not "x.org:80"',
  ],
  [
    { trustProxy: ['10.0.0.0/33'] },
    'settings.trustProxy[0] must be an IP address, a network such as "10.0.0.0/8", or "loopback", not "10.0.0.0/33"',
  ],
  [
    { database: 'mongo://u:hunter2@h' },
    'settings.database must be "embedded:FOLDER", "mongodb://..." or "mongodb+srv://...", not "mongo://u:***@h"',
  ],
  [{ middleware: [1] }, 'settings.middleware[0] must be a function, not 1'],
  [
    { apps: { blog: { prefix: 'shop' } } },
    'settings.apps.blog.prefix must be a path such as "/shop", without a slash at the end, not "shop"',
  ],
  [{ apps: { 'b-c': null } }, 'settings.apps["b-c"] must be an object, not null'],
  [
    { converters: { day: { pattern: '(' } } },
    'settings.converters.day.pattern must be a regular expression, not "("',
  ],
  [
    { templ: { extensions: ['html'] } },
    'settings.templ.extensions[0] must be an extension such as ".html", not "html"',
  ],
  [
    { static: { url: 'static' } },
    'settings.static.url must be a path such as "/static/", with a slash at both ends, not "static"',
  ],
  [
    { session: { sameSite: 'Lax' } },
    'settings.session.sameSite must be one of "lax", "strict", "none", not "Lax"',
  ],
  [{ session: { secure: 'yes' } }, 'settings.session.secure must be true, false or "auto", not "yes"'],
  [
    { session: { cookie: 'a b' } },
    'settings.session.cookie must be a cookie name: letters, digits, - and _, not "a b"',
  ],
  [
    { security: { headers: { 'X-A': 'a\r\nSet-Cookie: b' } } },
    'settings.security.headers["X-A"] must be a header value or false, not "a\\r\\nSet-Cookie: b"',
  ],
  [
    { security: { trustedOrigins: ['pay.example'] } },
    'settings.security.trustedOrigins[0] must be an origin such as "https://pay.example", not "pay.example"',
  ],
  [{ limits: { body: 0 } }, 'settings.limits.body must be a whole number, 1 or more, not 0'],
  [{ timeouts: { request: -1 } }, 'settings.timeouts.request must be a number of seconds, 0 or more, not -1'],
  [
    { log: { level: 'warning' } },
    'settings.log.level must be one of "trace", "debug", "info", "warn", "error", "fatal", "silent", not "warning"',
  ],
  [{ public: ['a'] }, 'settings.public must be an object of values, not a list'],
  [
    { session: { sameSite: 'none', secure: false } },
    'settings.session.sameSite "none" needs settings.session.secure',
  ],
  ['x', 'settings must be an object, not "x"'],
])('the wrong value %j is told in one sentence', (input, sentence) => {
  expect(sentences(input)).toContain(sentence)
})

test('several mistakes are told at once', () => {
  const error = thrown(() =>
    resolveSettings(
      { port: -1, nam: 'x' } as SettingsInput,
      options({ env: { SECRET_KEY: secret, LOG_LEVEL: 'x' } }),
    ),
  )
  expect(error.code).toBe('TAO_SETTINGS_INVALID')
  expect(error.message.split('\n')).toHaveLength(4)
  expect(error.details?.['problems']).toHaveLength(3)
})

test('the environment wins over the file, and flags over both', () => {
  const env = {
    SECRET_KEY: secret,
    HOST: '0.0.0.0',
    PORT: '9000',
    SITE_URL: 'https://example.com/',
    ALLOWED_HOSTS: 'example.com, *.example.org',
    TRUST_PROXY: '10.0.0.0/8,loopback',
    DATABASE_URL: 'mongodb://db/site',
    LOG_LEVEL: 'debug',
  }
  const settings = resolveSettings(
    { host: 'a.b', port: 1, log: { format: 'json' } },
    options({ env, flags: { port: 9001 } }),
  )
  expect(settings).toMatchObject({
    host: '0.0.0.0',
    port: 9001,
    siteUrl: 'https://example.com',
    allowedHosts: ['example.com', '.example.org'],
    trustProxy: ['10.0.0.0/8', 'loopback'],
    database: 'mongodb://db/site',
    log: { level: 'debug', format: 'json' },
  })
})

test('an empty variable is none, and a wrong one is named as itself', () => {
  expect(resolveSettings({}, options({ env: { SECRET_KEY: secret, PORT: '', HOST: ' ' } })).port).toBe(8000)
  expect(sentences({}, { env: { SECRET_KEY: secret, PORT: '80a', ALLOWED_HOSTS: 'ok.org,a:1' } })).toEqual([
    'PORT must be a whole number, from 0 to 65535, not "80a"',
    'ALLOWED_HOSTS must be a host name without a port, such as "example.com" or ".example.com", not "a:1"',
  ])
  expect(sentences({}, { flags: { port: 99_999 } })).toEqual([
    '--port must be a whole number, from 0 to 65535, not 99999',
  ])
})

test('H18 TRUST_PROXY takes addresses only: true would let any client choose its address', () => {
  expect(sentences({}, { env: { SECRET_KEY: secret, TRUST_PROXY: 'true' } })).toEqual([
    'TRUST_PROXY must be an IP address, a network such as "10.0.0.0/8", or "loopback", not "true"',
  ])
  expect(
    resolveSettings({}, options({ env: { SECRET_KEY: secret, TRUST_PROXY: 'false' } })).trustProxy,
  ).toEqual([])
})

test('the host of SITE_URL is answered without being listed', () => {
  const hosts = (allowedHosts: string[]): readonly string[] =>
    resolveSettings({ siteUrl: 'https://www.example.com:8443', allowedHosts }, options()).allowedHosts
  expect(hosts([])).toEqual(['www.example.com'])
  expect(hosts(['.example.com'])).toEqual(['.example.com'])
  expect(hosts(['other.org'])).toEqual(['other.org', 'www.example.com'])
})

test.each([
  ['none', undefined],
  ['a short one', 'abcdefgh1234567890'],
  ['one letter, often', 'a'.repeat(64)],
  ['the placeholder', 'change-me-change-me-change-me-0123456789abcdef'],
])('H19 production refuses to start with a secret key that is %s', (_, key) => {
  const error = thrown(() => resolveSettings({}, options({ env: { SECRET_KEY: key } })))
  expect(error).toMatchObject({
    code: 'TAO_SETTINGS_SECRET',
    message: expect.stringMatching(/^SECRET_KEY is missing or too weak: run "tao secret" \(.+\)$/),
  })
  expect(error.message).not.toContain(key ?? 'there is no key')
})

test('H7 SECRET_KEY may list several keys, and SECRET_KEY_FALLBACKS adds old ones', () => {
  const env = { SECRET_KEY: `${secret}, old`, SECRET_KEY_FALLBACKS: 'older,oldest' }
  expect(resolveSettings({}, options({ env })).secretKeys).toEqual([secret, 'old', 'older', 'oldest'])
})

test('development without a key gets one for this run, and a warning', () => {
  const warnings: string[] = []
  const make = (): string =>
    resolveSettings(
      {},
      options({ env: {}, mode: 'development', warn: (sentence) => warnings.push(sentence) }),
    ).secretKeys[0]!
  expect(make()).not.toBe(make())
  expect(make().length).toBeGreaterThan(40)
  expect(warnings[0]).toContain('run "tao secret"'.replace('run', 'Run'))
  expect(resolveSettings({}, options({ env: {}, mode: 'test' })).secretKeys).toHaveLength(1)
})

test('#15 live is on unless the settings say otherwise, and the command line wins', () => {
  expect(resolveSettings({}, options()).live).toBe(true)
  expect(resolveSettings({ live: false }, options()).live).toBe(false)
  expect(resolveSettings({ live: false }, options({ flags: { live: true } })).live).toBe(true)
  expect(sentences({ live: 'no' })).toEqual(['settings.live must be true or false, not "no"'])
})

test('#15 whoever keeps a site through many starts may give the key it has when none is given', () => {
  const warned: string[] = []
  const given = { spareKey: 'of the parent', warn: (sentence: string) => void warned.push(sentence) }
  const keys = (mode: 'development' | 'production', env = {}): readonly string[] =>
    inspectSettings({}, options({ mode, env, ...given })).settings.secretKeys
  expect(keys('development')).toEqual(['of the parent'])
  expect(keys('development', { SECRET_KEY: 'own' })).toEqual(['own'])
  expect(keys('production')).toEqual([])
  expect(warned).toEqual([])
})
