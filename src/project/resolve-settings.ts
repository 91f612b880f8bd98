import { formatPlace, type Place, type TaoError } from '../base/errors.ts'
import { count } from '../base/text.ts'
import { settingsInvalid, settingsSecret, settingsUnknownKey } from './errors.ts'
import type { Mode } from './project.ts'
import { section, type Mistake, type Reading } from './rules.ts'
import { createSecretKey, weaknessOf } from './secret-keys.ts'
import { settingDefaults } from './setting-defaults.ts'
import { settingPlace } from './setting-place.ts'
import { settingRules } from './setting-rules.ts'
import type { Settings, SettingsInput } from './settings.ts'

export interface ResolveOptions {
  env: Readonly<Record<string, string | undefined>>
  mode: Mode
  root: string
  /** From the command line; these win. */
  flags?: SettingsFlags | undefined
  /** The settings file, for `file:line` in messages. */
  file?: string | undefined
  /** The project's name, for settings that give none. */
  name?: string | undefined
  /** Seals the sessions of a site without SECRET_KEY, in place of a key made up now; never in production. */
  spareKey?: string | undefined
  /** Hears a sentence about what is odd but no error, such as a key made up for this run. */
  warn?: ((sentence: string) => void) | undefined
}

export interface SettingsFlags {
  host?: string | undefined
  port?: number | undefined
  database?: string | undefined
  logLevel?: string | undefined
  live?: boolean | undefined
  logRequests?: boolean | undefined
}

/** The settings as far as they can be read, wrong values left at their defaults, and all that is wrong with them. */
export interface InspectedSettings {
  settings: Settings
  problems: TaoError[]
}

/**
 * Fills in defaults, applies the environment and the command line's flags, checks every value and freezes the result
 * (plain objects and lists; functions and instances of classes are left as they are).
 *
 * @throws one `TaoError` that names every wrong value, each in a sentence: `TAO_SETTINGS_UNKNOWN_KEY`,
 *   `TAO_SETTINGS_INVALID`, or `TAO_SETTINGS_SECRET` for a key that production refuses.
 */
export function resolveSettings(input: SettingsInput, options: ResolveOptions): Settings {
  const { settings, problems } = inspectSettings(input, options)
  if (problems.length === 1) throw problems[0]!
  if (problems.length > 1) {
    const lines = problems.map(({ message, hint, place }) =>
      [
        '\n  - ',
        place === undefined ? '' : `${formatPlace(place)}: `,
        message,
        hint === undefined ? '' : `. ${hint}`,
      ].join(''),
    )
    throw settingsInvalid(`The settings have ${count(problems.length, 'mistake')}:${lines.join('')}`, {
      place: problems.find(({ place }) => place !== undefined)?.place,
      details: {
        problems: problems.map(({ code, message, hint, place }) => ({ code, message, hint, place })),
      },
    })
  }
  return settings
}

/** As `resolveSettings`, but for programs that want to see every mistake and go on: it never throws. */
export function inspectSettings(input: SettingsInput, options: ResolveOptions): InspectedSettings {
  const mistakes: Mistake[] = []
  const fromFile: Given =
    section(settingRules)(input, {
      label: 'settings',
      path: [],
      report: (mistake) => mistakes.push(mistake),
    }) ?? {}
  const readNamed: ReadNamed = (label, setting, value) => {
    const report: Reading['report'] = (mistake) => mistakes.push({ ...mistake, path: [] })
    const read = settingRules[setting](value, { label, fixed: true, path: [], report })
    return read === undefined ? {} : { [setting]: read }
  }
  const fromEnv = readVariables(options.env, readNamed)
  const fromFlags = readFlags(options.flags ?? {}, readNamed)
  const merged = merge(settingDefaults(options.mode, options.name ?? 'site'), fromFile, fromEnv, fromFlags)

  const { place } = placesIn(options.file)
  const problems = mistakes.map(({ kind, path, sentence, hint }) =>
    (kind === 'unknown-key' ? settingsUnknownKey : settingsInvalid)(sentence, { hint, place: place(path) }),
  )
  if (merged.session.sameSite === 'none' && merged.session.secure === false)
    problems.push(
      settingsInvalid('settings.session.sameSite "none" needs settings.session.secure', {
        hint: 'Browsers refuse such a cookie unless it is Secure: take "secure: false" away.',
        place: place(['session', 'sameSite']),
      }),
    )
  const secretKeys = chooseKeys(merged.secretKeys, options, problems)
  const allowedHosts = withSiteHost(merged.allowedHosts, merged.siteUrl)
  return { settings: freezeCopy({ ...merged, secretKeys, allowedHosts }), problems }
}

type Given = { -readonly [Key in keyof Settings]?: Settings[Key] }
/** Reads a value by its setting's rule, with sentences that speak of `PORT` or `--port`. */
type ReadNamed = (label: string, setting: keyof SettingsInput, value: unknown) => Given

const list = (value: string): string[] => value.split(/[\s,]+/).filter((part) => part !== '')
const commas = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
const whole = (value: string): unknown => (/^\d+$/.test(value) ? Number(value) : value)

const switched = (value: string): unknown =>
  ({ '1': true, true: true, on: true, '0': false, false: false, off: false })[value.toLowerCase()] ?? value

/** What each variable sets, and how its text is read. */
const VARIABLES: Readonly<Record<string, [setting: keyof SettingsInput, read: (value: string) => unknown]>> =
  {
    HOST: ['host', String],
    PORT: ['port', whole],
    SITE_URL: ['siteUrl', String],
    ALLOWED_HOSTS: ['allowedHosts', list],
    TRUST_PROXY: ['trustProxy', (value) => (value === 'false' ? [] : list(value))],
    DATABASE_URL: ['database', String],
    CACHE_URL: ['cache', String],
    CHANNELS_URL: ['channels', String],
    LOG_LEVEL: ['log', (level) => ({ level })],
    LOG_REQUESTS: ['log', (requests) => ({ requests: switched(requests) })],
  }

function readVariables(env: ResolveOptions['env'], readNamed: ReadNamed): Given {
  const given: Given = {}
  for (const [variable, [setting, convert]] of Object.entries(VARIABLES)) {
    // An empty variable is how shells, compose files and .env templates write "not set".
    const value = env[variable]?.trim()
    if (value === undefined || value === '') continue
    layOver(given, readNamed(variable, setting, convert(value)))
  }
  const keys = [...commas(env['SECRET_KEY'] ?? ''), ...commas(env['SECRET_KEY_FALLBACKS'] ?? '')]
  if (commas(env['SECRET_KEY'] ?? '').length > 0) given.secretKeys = keys
  return given
}

function readFlags(flags: SettingsFlags, readNamed: ReadNamed): Given {
  const given: Given = {}
  const values: [flag: string, setting: keyof SettingsInput, value: unknown][] = [
    ['--host', 'host', flags.host],
    ['--port', 'port', flags.port],
    ['--database', 'database', flags.database],
    ['--live', 'live', flags.live],
    ['--log-level', 'log', flags.logLevel === undefined ? undefined : { level: flags.logLevel }],
    ['--access-log', 'log', flags.logRequests === undefined ? undefined : { requests: flags.logRequests }],
  ]
  for (const [flag, setting, value] of values)
    if (value !== undefined) layOver(given, readNamed(flag, setting, value))
  return given
}

/** Of a section only what is given is replaced. */
function layOver(below: Record<string, unknown>, layer: Given): void {
  for (const [key, value] of Object.entries(layer)) {
    below[key] = SECTIONS.has(key) ? { ...(below[key] as object), ...(value as object) } : value
  }
}

function merge(defaults: Settings, ...layers: Given[]): Settings {
  const merged: Record<string, unknown> = { ...defaults }
  for (const layer of layers) layOver(merged, layer)
  const security = merged['security'] as Settings['security']
  if (security.hsts !== false && defaults.security.hsts !== false)
    merged['security'] = { ...security, hsts: { ...defaults.security.hsts, ...security.hsts } }
  return merged as unknown as Settings
}

const SECTIONS = new Set([
  'workers',
  'health',
  'overload',
  'templ',
  'static',
  'session',
  'auth',
  'security',
  'limits',
  'timeouts',
  'log',
  'toolbar',
  'offload',
])

function chooseKeys(
  given: readonly string[],
  options: ResolveOptions,
  problems: TaoError[],
): readonly string[] {
  const [first] = given
  if (options.mode === 'production') {
    const weakness = first === undefined ? 'there is none' : weaknessOf(first)
    if (weakness !== undefined) problems.push(settingsSecret(weakness))
    return given
  }
  if (first !== undefined) return given
  if (options.spareKey !== undefined) return [options.spareKey]
  if (options.mode === 'development')
    options.warn?.(
      'There is no SECRET_KEY in .env: sessions end with this process. Run "tao secret" for a key.',
    )
  return [createSecretKey()]
}

/** The site's own URL is surely meant to be answered, also when a list of hosts forgets it. */
function withSiteHost(hosts: readonly string[], siteUrl: string | undefined): readonly string[] {
  if (siteUrl === undefined) return hosts
  const { hostname } = new URL(siteUrl)
  const known = hosts.some(
    (host) => host === '*' || host === hostname || (host.startsWith('.') && `.${hostname}`.endsWith(host)),
  )
  return known ? hosts : [...hosts, hostname]
}

function placesIn(file: string | undefined): { place: (path: readonly string[]) => Place | undefined } {
  return { place: (path) => (file === undefined || path.length === 0 ? undefined : settingPlace(file, path)) }
}

/** Copies before it freezes: the site's module may hold on to what it gave. */
function freezeCopy<Value>(value: Value): Value {
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => freezeCopy(item))) as Value
  if (!isBare(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [key, freezeCopy(item)])
  return Object.freeze(Object.fromEntries(entries)) as Value
}

function isBare(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
