import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { SecuritySettings, Settings } from '../../project/index.ts'

const DEFAULTS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
}

/** Headers that many answers share: name, value, name, value ... and the names, to see quickly whether one is overridden. */
export interface SharedHeaders {
  readonly lines: readonly string[]
  readonly names: ReadonlySet<string>
  /** The same as they are sent: `name: value`, each line ended. */
  readonly text: string
}

/**
 * The headers every answer carries, made once.
 *
 * @param own what one route says differently; `false` takes a header away
 * @throws TypeError for a name or a value that no header can have (RFC 9110 section 5)
 */
export function securityHeaders(
  settings: Pick<Settings, 'security' | 'siteUrl'>,
  own: Readonly<Record<string, string | false>> = {},
): SharedHeaders {
  const { security, siteUrl } = settings
  const headers: Record<string, string | false> = { ...DEFAULTS }
  const policy = formatPolicy(security.contentSecurityPolicy)
  if (policy !== undefined) headers['content-security-policy'] = policy
  if (security.hsts !== false && siteUrl?.startsWith('https:')) {
    headers['strict-transport-security'] = formatHsts(security.hsts)
  }
  for (const [name, value] of [...Object.entries(security.headers), ...Object.entries(own)]) {
    headers[name.toLowerCase()] = value
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === false ? [] : [name, value]))
  return { lines, names: new Set(lines.filter((_, i) => i % 2 === 0)), text: toText(lines) }
}

function toText(lines: readonly string[]): string {
  let text = ''
  for (let i = 0; i < lines.length; i += 2) {
    const [name, value] = [lines[i]!, lines[i + 1]!]
    validateHeaderName(name)
    validateHeaderValue(name, value)
    text += `${name}: ${value}\r\n`
  }
  return text
}

function formatPolicy(policy: SecuritySettings['contentSecurityPolicy']): string | undefined {
  if (policy === false) return undefined
  return Object.entries(policy)
    .map(([directive, sources]) => [kebab(directive), ...sources].join(' '))
    .join('; ')
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function formatHsts(hsts: Exclude<SecuritySettings['hsts'], false>): string {
  return [
    `max-age=${hsts.maxAge}`,
    hsts.includeSubDomains ? 'includeSubDomains' : undefined,
    hsts.preload ? 'preload' : undefined,
  ]
    .filter(Boolean)
    .join('; ')
}
