import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Load {
  port: number
  /** The whole request as it is sent; of several, each connection sends one, all answered with bodies of one length. */
  request: string | readonly string[]
  /** What the body has to be, byte for byte; asked once before anything is measured. */
  body: string | Buffer
  connections?: number
  milliseconds?: number
}

const END_OF_HEADERS = Buffer.from('\r\n\r\n')

/** A GET as text. */
export function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** @throws Error when the server answers with another body */
export async function checkBody({ port, request, body }: Load): Promise<void> {
  const { body: answer } = await ask(port, [request].flat()[0]!)
  if (!answer.equals(Buffer.from(body)))
    throw new Error(`port ${port} answered ${answer.toString().slice(0, 200)}`)
}

/** One request and its whole answer. */
export async function ask(port: number, request: string): Promise<{ head: string; body: Buffer }> {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  let received = Buffer.alloc(0)
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer])
    const head = received.indexOf(END_OF_HEADERS)
    if (head < 0) continue
    const length = Number(
      /content-length: (\d+)/i.exec(received.subarray(0, head).toString())?.[1] ?? Number.NaN,
    )
    if (received.length >= head + 4 + length) break
  }
  const end = received.indexOf(END_OF_HEADERS)
  return { head: received.subarray(0, end).toString(), body: received.subarray(end + 4) }
}

/** Requests per second over connections that are kept busy, one request at a time on each; answers counted to the last byte. */
export async function load(work: Load): Promise<number> {
  const { answers, seconds } = await count(work)
  return answers / seconds
}

/** The same, as how many answers in how long. */
export async function count(work: Load): Promise<{ answers: number; seconds: number }> {
  const { port, body, connections = 64, milliseconds = 1000 } = work
  const requests = [work.request].flat()
  const size = Buffer.byteLength(body)
  let answers = 0
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1'))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  const start = performance.now()
  const end = start + milliseconds
  await Promise.all(sockets.map((socket, i) => run(socket, requests[i % requests.length]!)))
  return { answers, seconds: (performance.now() - start) / 1000 }

  async function run(socket: Socket, request: string): Promise<void> {
    let missing = -1
    socket.on('data', (chunk) => {
      if (missing === -1) missing = size + chunk.indexOf(END_OF_HEADERS) + 4
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
