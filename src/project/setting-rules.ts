import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type {
  AnyFunction,
  AppSettings,
  ConverterSettings,
  LogLevel,
  RemoteSettings,
  SettingsInput,
} from './settings.ts'
import { isPlainObject, listOf, or, recordOf, reportInvalid, rule, section, type Rule } from './rules.ts'

export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

const flag: Rule<boolean> = rule('true or false', (value) => (typeof value === 'boolean' ? value : undefined))
const text: Rule<string> = rule('some text', (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
)
const anything: Rule = (value) => value
const func: Rule<AnyFunction> = rule('a function', (value) =>
  typeof value === 'function' ? (value as AnyFunction) : undefined,
)
const seconds: Rule<number> = rule('a number of seconds, 0 or more', (value) =>
  typeof value === 'number' && value >= 0 && value < 2 ** 31 / 1000 ? value : undefined,
)
// An age is data for browsers, not a timer of Node, so the limit of timers does not hold for it.
const age: Rule<number> = wholeNumber(0, Number.MAX_SAFE_INTEGER)

function wholeNumber(least: number, most: number): Rule<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`
  return rule(`a whole number, ${range}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined,
  )
}

function oneOf<Value extends string>(...values: Value[]): Rule<Value> {
  return rule(`one of ${values.map((value) => `"${value}"`).join(', ')}`, (value) =>
    values.find((known) => known === value),
  )
}

function matching(pattern: RegExp, expected: string): Rule<string> {
  return rule(expected, (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined))
}

const size: Rule<number> = wholeNumber(1, Number.MAX_SAFE_INTEGER)

const count: Rule<number> = wholeNumber(0, Number.MAX_SAFE_INTEGER)

const probePath: Rule<string | false> = or(
  false,
  matching(/^(?:\/[\w.~-]+)+$/, 'a path such as "/healthz", or false'),
)

function origin(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  const bare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return bare && /^https?:$/.test(url.protocol) ? url.origin : undefined
}

function hostPattern(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  if (value === '*') return value
  const bare = value.replace(/^\*?\./, '')
  if (/^\[[\da-f:.]+\]$/i.test(bare)) return isIP(bare.slice(1, -1)) === 6 ? bare.toLowerCase() : undefined
  if (isIP(bare) === 6) return `[${bare.toLowerCase()}]`
  const ascii = domainToASCII(bare)
  if (!/^[a-z\d_]([a-z\d_-]*[a-z\d_])?(\.[a-z\d_]([a-z\d_-]*[a-z\d_])?)*$/.test(ascii) || ascii.length > 253)
    return undefined
  return bare === value ? ascii : `.${ascii}`
}

function proxyAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return value
  const [address = '', bits, ...more] = value.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return undefined
  if (bits === undefined) return value
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128) ? value : undefined
}

const remoteUrl: Rule<string> = rule(
  'the URL of a server such as "http://10.0.0.2:8000", without a path',
  origin,
)

const remote: Rule<string | RemoteSettings> = (value, reading) => {
  if (!isPlainObject(value)) return remoteUrl(value, reading)
  const paths = listOf(matching(/^(?:\/[^/\s?#{}]+)+$/, 'a path such as "/blog"'), 'paths')
  const read = section({ url: remoteUrl, timeout: seconds, paths, ca: text })(value, reading)
  if (read?.['url'] !== undefined) return read as unknown as RemoteSettings
  if (value['url'] === undefined) return reportInvalid(reading, 'needs a url')
  return undefined
}

const app: Rule<AppSettings> = section({
  remote,
  prefix: matching(/^(?:\/[^/\s?#]+)*$/, 'a path such as "/shop", without a slash at the end'),
  namePrefix: matching(/^[\p{L}_][\p{L}\d_.-]*$/u, 'a name, of letters, digits, - and _'),
  package: text,
  enabled: flag,
  off: (value, reading) =>
    typeof value === 'boolean' ? value : section({ message: text, retryAfter: size })(value, reading),
})

const pattern: Rule<string | RegExp> = rule('a regular expression', (value) => {
  if (value instanceof RegExp) return value
  if (typeof value !== 'string' || value === '') return undefined
  try {
    return RegExp(value).source === '' ? undefined : value
  } catch {
    return undefined
  }
})

const converter: Rule<ConverterSettings> = (value, reading) => {
  const read = section({ pattern, parse: func, format: func })(value, reading)
  if (read === undefined) return undefined
  for (const key of ['pattern', 'parse']) {
    if (isPlainObject(value) && value[key] === undefined)
      reading.report({
        kind: 'invalid',
        path: reading.path,
        sentence: `${reading.label} needs a ${key}`,
        hint: undefined,
      })
  }
  return read as unknown as ConverterSettings
}

const header: Rule<string | false> = or(
  false,
  rule('a header value or false', (value) =>
    // RFC 9110, 5.5: visible characters, spaces and tabs; a line break would begin another header.
    typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? value : undefined,
  ),
)

/** What each setting may be. Rules that are shared with variables of the environment have names of their own. */
export const settingRules: Readonly<Record<keyof SettingsInput, Rule>> = {
  name: text,
  host: rule('a host name or an IP address', (value) =>
    typeof value === 'string' && (isIP(value) > 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(value))
      ? value
      : undefined,
  ),
  port: wholeNumber(0, 65_535),
  siteUrl: rule('a URL such as "https://example.com", without a path', origin),
  allowedHosts: listOf(
    rule('a host name without a port, such as "example.com" or ".example.com"', hostPattern),
    'host names',
  ),
  trustProxy: listOf(
    rule('an IP address, a network such as "10.0.0.0/8", or "loopback"', proxyAddress),
    'addresses of proxies',
  ),
  // The value stays out of the sentence: it is a secret.
  secretKeys: listOf(
    (value, reading) =>
      typeof value === 'string' && value !== ''
        ? value
        : (reading.report({
            kind: 'invalid',
            path: reading.path,
            sentence: `${reading.label} must be some text`,
            hint: 'Run "tao secret" for a good one.',
          }),
          undefined),
    'keys',
  ),
  database: matching(
    /^(?:mongodb(?:\+srv)?:\/\/[^\s/]+|embedded:[^\0]+|memory:$)/,
    '"embedded:FOLDER", "mongodb://..." or "mongodb+srv://..."',
  ),
  cache: matching(/^(?:memory:$|rediss?:\/\/[^\s/]+|unix:\S)/, '"memory:" or "redis://HOST:PORT"'),
  channels: matching(/^(?:memory:$|rediss?:\/\/[^\s/]+|unix:\S)/, '"memory:" or "redis://HOST:PORT"'),
  apps: recordOf(app, 'apps and their settings'),
  middleware: listOf(func, 'functions'),
  converters: recordOf(converter, 'converters'),
  templ: section({
    globals: recordOf(anything, 'values'),
    filters: recordOf(func, 'functions'),
    contextProcessors: listOf(func, 'functions'),
    extensions: listOf(matching(/^\.[\w.-]*\w$/, 'an extension such as ".html"'), 'extensions'),
  }),
  static: section({
    url: matching(/^\/(?:[\w.~-]+\/)+$/, 'a path such as "/static/", with a slash at both ends'),
    maxAge: age,
  }),
  session: section({
    // RFC 6265, 4.1.1: a token.
    cookie: matching(/^[\w!#$%&'*+.^`|~-]+$/, 'a cookie name: letters, digits, - and _'),
    ttl: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    sameSite: oneOf('lax', 'strict', 'none'),
    secure: or(
      'auto',
      rule('true, false or "auto"', (value) => (typeof value === 'boolean' ? value : undefined)),
    ),
    domain: rule('a domain such as "example.com"', (value) => {
      const domain = hostPattern(value)
      return domain === '*' ? undefined : domain?.replace(/^\./, '')
    }),
    path: matching(/^\/[^;\s]*$/, 'a path such as "/"'),
  }),
  auth: section({
    // What MongoDB refuses in a collection's name.
    collection: matching(/^(?!system\.)[^$\0]{1,200}$/, 'the name of a collection'),
    load: func,
    loginUrl: matching(
      /^(?:\/(?![/\\])|[\p{L}_])[^\s?#]*$/u,
      'a path such as "/login" or the name of a route',
    ),
  }),
  security: section({
    crossOrigin: flag,
    trustedOrigins: listOf(rule('an origin such as "https://pay.example"', origin), 'origins'),
    hostCheck: flag,
    headers: recordOf(header, 'headers'),
    contentSecurityPolicy: or(
      false,
      recordOf(listOf(matching(/^[^;,\s]+$/, 'one source such as "\'self\'"'), 'sources'), 'directives'),
    ),
    hsts: or(false, section({ maxAge: age, includeSubDomains: flag, preload: flag })),
  }),
  limits: section({
    body: size,
    fields: size,
    fieldSize: size,
    files: wholeNumber(0, Number.MAX_SAFE_INTEGER),
    fileSize: size,
    upload: size,
    jsonDepth: wholeNumber(1, 1000),
    jsonOperators: flag,
    url: size,
    headers: wholeNumber(1024, Number.MAX_SAFE_INTEGER),
    cache: size,
    message: size,
    unsent: size,
  }),
  timeouts: section({
    headers: seconds,
    request: seconds,
    keepAlive: seconds,
    handler: seconds,
    database: seconds,
    shutdown: seconds,
    ping: seconds,
  }),
  log: section({
    level: oneOf(...LOG_LEVELS),
    format: oneOf('auto', 'pretty', 'json'),
    requests: flag,
  }),
  workers: section({ maxRequests: count, maxMemory: count, timeout: seconds }),
  health: section({ live: probePath, ready: probePath, database: or('auto', flag) }),
  overload: section({
    maxEventLoopDelay: count,
    maxEventLoopUtilization: rule('a number from 0 to 1', (value) =>
      typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined,
    ),
    maxHeap: count,
    retryAfter: count,
  }),
  toolbar: section({
    enabled: flag,
    history: wholeNumber(1, 1000),
    clients: listOf(
      rule('an IP address, a network such as "10.0.0.0/8", or "uniquelocal"', proxyAddress),
      'addresses of clients',
    ),
  }),
  offload: section({ threads: wholeNumber(1, 1000), queue: wholeNumber(0, Number.MAX_SAFE_INTEGER) }),
  live: flag,
  public: recordOf(anything, 'values'),
  extra: recordOf(anything, 'values'),
}
