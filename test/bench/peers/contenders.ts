import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startServer, startSite, type ServerProcess } from './server-process.ts'

/** What is compared. */
export interface Contender {
  name: string
  /** Starts it in a process of its own. */
  start(folder: string, moreRoutes: number): Promise<ServerProcess>
}

const node24 = fileURLToPath(new URL('adonis/node_modules/node/bin/node', import.meta.url))

function inProcess(server: string, execPath?: string): Contender['start'] {
  return (folder, moreRoutes) => startServer(server, folder, moreRoutes, execPath)
}

function site(execPath?: string): Contender['start'] {
  return (folder) => startSite(folder, execPath)
}

/** All there are, the one that ratios are told to first; those that need a newer Node only where its install is. */
export const contenders: Readonly<Record<string, Contender>> = {
  fastify: { name: 'Fastify', start: inProcess('fastify') },
  tao: { name: 'tao', start: site() },
  'tao-built': { name: 'tao, built', start: site() },
  'node-http': { name: 'node:http', start: inProcess('node-http') },
  nest: { name: 'NestJS', start: inProcess('nest') },
  hono: { name: 'Hono', start: inProcess('hono') },
  koa: { name: 'Koa', start: inProcess('koa') },
  express: { name: 'Express', start: inProcess('express') },
  ...(existsSync(node24) && {
    adonis: { name: 'AdonisJS*', start: inProcess('adonis', node24) },
    'tao-24': { name: 'tao*', start: site(node24) },
  }),
}
