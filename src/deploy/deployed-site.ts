import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { securityHeaders } from '../http/index.ts'
import type { Project, Settings } from '../project/index.ts'
import { portUnknown, unwritablePath } from './errors.ts'

export interface DeployOptions {
  /** Where the files go, relative to the site's folder, with `/`. */
  folder: string
  /** The site's folder on the server; the project's when left out. */
  root?: string | undefined
  port?: number | undefined
  socket?: string | undefined
  workers: string
  user?: string | undefined
  socketUnit: boolean
  /** Where `fullchain.pem` and `privkey.pem` lie. */
  certificates?: string | undefined
}

/** All that the files of any target say of a site. Every text in it can stand in a configuration file as it is. */
export interface DeployedSite {
  /** For people. */
  name: string
  /** For file names, services and users: small letters, digits, `-`. */
  slug: string
  root: string
  /** Where the project lies on this machine. */
  project: Pick<Project, 'root'>
  folder: string
  /** The program that runs tao. */
  node: string
  workers: string
  user: string
  socketUnit: boolean
  listen: { host: string; port: number } | { socket: string }
  siteUrl: URL | undefined
  /** As nginx knows them: `example.com`, `.example.org`. */
  hosts: readonly string[]
  certificates: string
  staticUrl: string
  staticMaxAge: number
  /** Bytes: of a body, and of the longest line in the head of a request. */
  upload: number
  head: number
  /** Apps whose static files come from another server. */
  remoteApps: readonly string[]
  /** Seconds. */
  timeouts: Pick<Settings['timeouts'], 'keepAlive' | 'shutdown' | 'ping'>
  /** Name, value, name, value ... of the headers every answer carries. */
  headers: readonly string[]
  /** Where the embedded database is, if that is what the site has. */
  data: string | undefined
  trustsProxy: boolean
}

/** Seconds that are left after the server's own deadline before it is killed. */
const MARGIN = 5

export function stopSeconds({ timeouts }: DeployedSite): number {
  return Math.ceil(timeouts.shutdown) + MARGIN
}

/**
 * Puts together what a site's settings, its folder and the command line say.
 * @throws TAO_DEPLOY_PATH
 */
export function describeDeployment(
  project: Pick<Project, 'root'>,
  settings: Settings,
  options: DeployOptions,
): DeployedSite {
  const root = writable(options.root ?? project.root, "the site's folder")
  const slug = slugOf(settings.name)
  const siteUrl = settings.siteUrl === undefined ? undefined : new URL(settings.siteUrl)
  const hosts = settings.allowedHosts.filter((host) => host !== '*')
  const primary = siteUrl?.hostname ?? hosts[0]?.replace(/^\./, '') ?? slug
  return {
    name: settings.name.replaceAll(/[^\p{L}\p{N} @/._-]+/gu, ' '),
    slug,
    root,
    project,
    folder: writable(options.folder, 'the folder of the files'),
    node: writable(process.execPath, 'the program that runs tao'),
    workers: options.workers,
    user: options.user ?? slug,
    socketUnit: options.socketUnit,
    listen: listenAt(settings, options),
    siteUrl,
    hosts: [...new Set(siteUrl === undefined ? hosts : [siteUrl.hostname, ...hosts])],
    certificates: writable(
      options.certificates ?? `/etc/letsencrypt/live/${primary}`,
      'the folder of the certificate',
    ),
    staticUrl: settings.static.url,
    staticMaxAge: settings.static.maxAge,
    upload: Math.max(settings.limits.upload, settings.limits.body),
    head: Math.max(settings.limits.headers, settings.limits.url),
    remoteApps: Object.entries(settings.apps).flatMap(([name, { remote, enabled }]) =>
      remote !== undefined && enabled !== false ? [name] : [],
    ),
    timeouts: settings.timeouts,
    headers: securityHeaders(settings).lines,
    data: settings.database.startsWith('embedded:')
      ? writable(resolve(root, settings.database.slice('embedded:'.length)), "the database's folder")
      : undefined,
    trustsProxy: settings.trustProxy.length > 0,
  }
}

function listenAt(settings: Settings, { port, socket }: DeployOptions): DeployedSite['listen'] {
  if (socket !== undefined) return { socket: writable(socket, 'a socket file') }
  return { host: settings.host, port: port ?? settings.port }
}

/**
 * Where the site listens, for files that say so.
 * @throws TAO_DEPLOY_PORT
 */
export function listenOf({ listen }: DeployedSite): DeployedSite['listen'] {
  if ('port' in listen && listen.port === 0)
    throw portUnknown({ hint: 'Choose one: --port 8000, or a socket file: --socket FILE' })
  return listen
}

/** nginx, systemd and supervisor each have signs of their own in values; what none of them reads otherwise is allowed. */
function writable(path: string, what: string): string {
  if (/^[\p{L}\p{M}\p{N} _@+=:,./-]+$/u.test(path)) return path
  throw unwritablePath(path, what, {
    hint: what === "the site's folder" ? 'If it lies elsewhere on the server: --root FOLDER' : undefined,
  })
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    // useradd takes no more.
    .slice(0, 31)
    .replace(/-+$/, '')
  return slug === '' ? 'site' : slug
}

/** The slug as a variable's name. */
export function wordOf({ slug }: DeployedSite): string {
  return slug.replaceAll('-', '_')
}

/** A word of a command line that systemd, supervisor and shells read alike. */
export function quoted(word: string): string {
  return word.includes(' ') ? `"${word}"` : word
}

/** The command that serves the site, whole. */
export function serveCommand(site: DeployedSite): string {
  const { root, node, workers, socketUnit } = site
  const listen = listenOf(site)
  const at = socketUnit
    ? []
    : 'socket' in listen
      ? ['--socket', listen.socket]
      : ['--host', listen.host, '--port', String(listen.port)]
  return [node, `${root}/node_modules/tao1/bin/tao.js`, 'serve', '--workers', workers, ...at]
    .map(quoted)
    .join(' ')
}

/** The group that the web server of this machine runs in: it has to get to a socket file. */
export function webGroup(): string {
  return existsSync('/etc/debian_version') ? 'www-data' : 'nginx'
}
