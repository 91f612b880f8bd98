import { availableParallelism } from 'node:os'
import type { Mode } from './project.ts'
import type { Settings } from './settings.ts'

const DAY = 24 * 60 * 60
const KIB = 1024
const MIB = 1024 * KIB

/** The settings of a site that says nothing, but for its secret. */
export function settingDefaults(mode: Mode, name: string): Settings {
  return {
    mode,
    debug: mode === 'development',
    name,
    host: '127.0.0.1',
    port: 8000,
    siteUrl: undefined,
    allowedHosts: [],
    trustProxy: [],
    secretKeys: [],
    database: 'embedded:data',
    cache: 'memory:',
    channels: 'memory:',
    apps: {},
    middleware: [],
    converters: {},
    templ: { globals: {}, filters: {}, contextProcessors: [], extensions: ['.html', '.njk', '.tpl'] },
    static: { url: '/static/', maxAge: 0 },
    session: { cookie: 'session', ttl: 14 * DAY, sameSite: 'lax', secure: 'auto', path: '/' },
    auth: { collection: 'users', loginUrl: '/login' },
    security: {
      crossOrigin: true,
      trustedOrigins: [],
      hostCheck: true,
      headers: {},
      contentSecurityPolicy: {
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'object-src': ["'none'"],
      },
      hsts: { maxAge: 180 * DAY, includeSubDomains: false, preload: false },
    },
    limits: {
      body: MIB,
      fields: 1000,
      fieldSize: 256 * KIB,
      files: 20,
      fileSize: 10 * MIB,
      upload: 25 * MIB,
      jsonDepth: 64,
      jsonOperators: false,
      url: 8 * KIB,
      headers: 16 * KIB,
      cache: 32 * MIB,
      message: MIB,
      unsent: 4 * MIB,
    },
    timeouts: { headers: 15, request: 60, keepAlive: 65, handler: 0, database: 3, shutdown: 25, ping: 30 },
    log: { level: mode === 'test' ? 'warn' : 'info', format: 'auto', requests: mode === 'development' },
    workers: { maxRequests: 0, maxMemory: 0, timeout: 60 },
    health: { live: '/healthz', ready: '/readyz', database: 'auto' },
    overload: { maxEventLoopDelay: 0, maxEventLoopUtilization: 0, maxHeap: 0, retryAfter: 10 },
    toolbar: { enabled: true, history: 50, clients: [] },
    offload: { threads: availableParallelism(), queue: 100 },
    live: true,
    public: {},
    extra: {},
  }
}
