// Static files: tao against bare node:http with the bytes at hand, and against @fastify/send, which @fastify/static
// is made of. Each server is a process of its own; the client keeps 32 connections busy over the loopback.
import sendFile from '@fastify/send'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStatic, type StaticAnswer } from '../../src/static/index.ts'
import { compare, type Contender } from './rounds.ts'

const SIZES = { '8 KiB': 8 << 10, '1 MiB': 1 << 20, '8 MiB': 8 << 20 }
const CONNECTIONS = 32
const MILLISECONDS = 700

const listeners: Record<string, (folder: string) => RequestListener> = {
  '@fastify/send': (folder) => (request, response) => {
    void sendFile(request, request.url!.slice('/static'.length), { root: folder }).then(
      ({ statusCode, headers, stream }) => {
        response.writeHead(statusCode, headers)
        stream.pipe(response)
      },
    )
  },
  'bare node:http, bytes in memory': (folder) => {
    const files = new Map(
      Object.keys(SIZES).map((name) => [`/static/${fileOf(name)}`, readFileSync(join(folder, fileOf(name)))]),
    )
    return (request, response) => {
      const bytes = files.get(request.url!)!
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length })
      response.end(bytes)
    }
  },
  'tao, as in production': (folder) => serveWith(folder, false),
  'tao, as in development': (folder) => serveWith(folder, true),
}

function serveWith(folder: string, fresh: boolean): RequestListener {
  const files = createStatic({ siteFolder: folder, apps: [], url: '/static/', maxAge: 3600, fresh })
  return (request, response) => {
    const send = (answer: StaticAnswer | undefined): void => {
      response.writeHead(answer!.status, answer!.headers)
      if (answer!.body === undefined || Buffer.isBuffer(answer!.body)) response.end(answer!.body)
      else answer!.body.pipe(response)
    }
    const answer = files.serve(request.url!.slice('/static/'.length), {
      method: request.method!,
      headers: request.headers,
    })
    if (answer instanceof Promise) void answer.then(send)
    else send(answer)
  }
}

function fileOf(size: string): string {
  return `${size.replace(' ', '-')}.bin`
}

/** Requests per second; every answer is counted to its last byte. */
async function load(port: number, path: string, size: number): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  let answers = 0
  const end = performance.now() + MILLISECONDS
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, '127.0.0.1'))
  const start = performance.now()
  await Promise.all(sockets.map((socket) => run(socket)))
  return (answers * 1000) / (performance.now() - start)

  async function run(socket: Socket): Promise<void> {
    let missing = -1
    socket.on('data', (chunk) => {
      if (missing === -1) missing = size + chunk.indexOf('\r\n\r\n') + 4
      missing -= chunk.length
      if (missing > 0) return
      if (missing < 0) throw new Error('more bytes than asked for')
      answers++
      missing = -1
      if (performance.now() < end) socket.write(request)
      else socket.destroy()
    })
    socket.write(request)
    await once(socket, 'close')
  }
}

if (process.send === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
  mkdirSync(join(folder, 'static'))
  for (const [name, size] of Object.entries(SIZES))
    writeFileSync(join(folder, 'static', fileOf(name)), Buffer.alloc(size, name))
  const servers = Object.keys(listeners).map((name) => ({
    name,
    process: fork(fileURLToPath(import.meta.url), [name, join(folder, 'static')]),
  }))
  try {
    const ports = await Promise.all(
      servers.map(async (server) => (await once(server.process, 'message'))[0] as number),
    )
    for (const [name, size] of Object.entries(SIZES)) {
      const contenders = servers.map((server, index): Contender => ({
        name: server.name,
        measure: () => load(ports[index]!, `/static/${fileOf(name)}`, size),
      }))
      await compare(`A file of ${name}, requests per second`, contenders)
    }
  } finally {
    for (const server of servers) server.process.kill()
    rmSync(folder, { recursive: true })
  }
} else {
  const [name, folder] = process.argv.slice(2) as [string, string]
  const server = createServer(listeners[name]!(folder)).listen(0, '127.0.0.1', () => {
    process.send!((server.address() as AddressInfo).port)
  })
}
