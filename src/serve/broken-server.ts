import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { renderBrokenPage, type ErrorReport } from '../debug/index.ts'
import { answerLiveScript } from './answer-live.ts'
import { createConnections } from './connections.ts'
import { liveScriptElement } from './inject-live.ts'
import { livePathOf } from './live-paths.ts'

/** What is answered in the site's place while its code does not start. */
export interface Broken {
  report: ErrorReport
  title: string
  generation: number
}

export interface BrokenServer {
  answer: (socket: Socket) => void
  /** Hands the connections back for the code that comes next. */
  retire(giveBack: (socket: Socket) => void): void
}

export interface BrokenServerOptions {
  broken: Broken
  /** Whether pages wait for the code to be mended. */
  live: boolean
  editor: string | undefined
  /** Takes over the connection of a page that waits for news. */
  addPage: (socket: Socket) => void
}

/** Answers every request with the page that says what is broken, in the parent: no code of the site runs here. */
export function createBrokenServer(options: BrokenServerOptions): BrokenServer {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const path = options.live ? livePathOf(request) : undefined
    if (path === 'script') return answerLiveScript(response)
    if (path === 'events') {
      connections.release(request.socket)
      response.detachSocket(request.socket)
      options.addPage(request.socket)
      return
    }
    answerBroken(request, response, options)
  })
  const connections = createConnections(server)
  return {
    answer: connections.adopt,
    retire: (giveBack) => connections.retire(giveBack).handBack(),
  }
}

function answerBroken(
  request: IncomingMessage,
  response: ServerResponse,
  options: BrokenServerOptions,
): void {
  const { broken, live, editor } = options
  const nonce = randomBytes(16).toString('base64')
  const { status, html, json, text } = renderBrokenPage(broken.report, {
    title: broken.title,
    after: live
      ? 'This page comes back by itself when the code is mended.'
      : 'Reload this page when the code is mended.',
    head: live ? liveScriptElement(broken.generation, nonce) : undefined,
    nonce,
    editor,
  })
  const { accept = '' } = request.headers
  const [type, body]: [string, string] = accept.includes('text/html')
    ? ['text/html', html]
    : accept.includes('json')
      ? ['application/json', JSON.stringify(json)]
      : ['text/plain', text]
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
