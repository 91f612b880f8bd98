import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TaoError } from '../../../src/base/errors.ts'
import type { BodyLimits } from '../../../src/http/body/index.ts'

export const limits: BodyLimits = {
  body: 1 << 20,
  fields: 1000,
  fieldSize: 256 << 10,
  files: 20,
  fileSize: 10 << 20,
  upload: 25 << 20,
  jsonDepth: 64,
  jsonOperators: false,
}

export interface Outcome {
  value?: unknown
  code?: string
  status?: number
  message?: string
}

export interface BodyServer extends AsyncDisposable {
  url: string
  port: number
  /** What became of the requests, in order, whether or not the client was there to see it. */
  outcomes: Outcome[]
  /** Resolves when so many requests have been dealt with. */
  settled(count: number): Promise<void>
}

/** A real server that answers with what a reader made of the request's body. */
export async function startBodyServer(
  read: (request: IncomingMessage) => Promise<unknown>,
): Promise<BodyServer> {
  const outcomes: Outcome[] = []
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    void read(request)
      .then(
        (value): Outcome => ({ value }),
        (error: unknown): Outcome => {
          if (!(error instanceof TaoError)) return { code: 'OTHER', status: 500, message: String(error) }
          return { code: error.code, status: error.status, message: error.message }
        },
      )
      .then((outcome) => {
        outcomes.push(outcome)
        for (const wake of waiting.splice(0)) wake()
        response.writeHead(outcome.status ?? 200, { 'content-type': 'application/json' })
        response.end(JSON.stringify(outcome))
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    outcomes,
    async settled(count) {
      while (outcomes.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export async function post(
  server: BodyServer,
  body: string | Uint8Array | FormData | URLSearchParams | ReadableStream | undefined,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const init: RequestInit & { duplex?: 'half' } = { method: 'POST', headers }
  if (body !== undefined) init.body = body as string
  if (body instanceof ReadableStream) init.duplex = 'half'
  const response = await fetch(server.url, init)
  const outcome = (await response.json()) as Outcome
  if (response.status !== (outcome.status ?? 200)) throw new Error(`status ${response.status}`)
  return outcome
}

/** Sends bytes as they are, and goes away. */
export async function sendAndLeave(server: BodyServer, text: string | Buffer): Promise<void> {
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  await new Promise((resolve) => socket.write(text, resolve))
  socket.destroy()
  await once(socket, 'close')
}

/** A multipart body of the given parts, heads as they are written. */
export function multipart(boundary: string, parts: [head: string, content: string | Buffer][]): Buffer {
  const pieces = parts.flatMap(([head, content]) => [
    Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tao-test-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The files of a folder this process holds open, where the system tells. */
export function openFilesIn(folder: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        // The descriptor of the listing itself is gone by now.
        return ''
      }
    })
    .filter((path) => path.startsWith(folder))
}
