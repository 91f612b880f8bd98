import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number
  /** All values of a header, in the order they came. */
  all(name: string): string[]
  header(name: string): string | undefined
  readonly body: string
  /** Everything, its head too. */
  readonly raw: string
}

export interface Sending {
  /** Sent as it is; pieces one after the other as the socket takes them. */
  bytes: string | Buffer | Iterable<Buffer>
  /** Milliseconds without a word after which nothing more is waited for. */
  patience?: number
}

/** Connects, sends, and reads to the end of the connection. */
export async function talk(port: number, { bytes, patience = 8000 }: Sending): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  const over = new Promise<void>((resolve, reject) => {
    socket.setTimeout(patience, () => socket.destroy())
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`${error.code} after ${Buffer.concat(chunks).toString('latin1').slice(0, 200)}`)),
    )
    socket.once('close', () => resolve())
  })
  await Promise.race([over, pump(socket, bytes, over)])
  await over
  return Buffer.concat(chunks)
}

/** As a client does that reads nothing before it has sent all. */
async function pump(socket: Socket, bytes: Sending['bytes'], over: Promise<void>): Promise<void> {
  if (typeof bytes === 'string' || Buffer.isBuffer(bytes)) return void socket.write(bytes)
  for (const piece of bytes) {
    if (socket.destroyed) return
    if (!socket.write(piece)) await Promise.race([over, once(socket, 'drain')])
  }
}

export interface Asking {
  method?: string
  headers?: Readonly<Record<string, string | readonly string[]>>
  body?: string | Buffer
  host?: string | null
  version?: string
}

/** One request on a connection of its own, as `shop.example` unless told otherwise. */
export async function ask(port: number, path: string, asking: Asking = {}): Promise<Answer> {
  const answers = readAnswers(await talk(port, { bytes: request(path, asking) }), asking.method)
  if (answers.length !== 1) throw new Error(`${answers.length} answers to ${asking.method ?? 'GET'} ${path}`)
  return answers[0]!
}

export function request(
  path: string,
  { method = 'GET', headers = {}, body = '', host = 'shop.example', version = 'HTTP/1.1' }: Asking = {},
): Buffer {
  const lines = [`${method} ${path} ${version}`]
  if (host !== null) lines.push(`Host: ${host}`)
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  if (!names.includes('connection')) lines.push('Connection: close')
  if (body.length > 0 && !names.includes('content-length') && !names.includes('transfer-encoding'))
    lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) lines.push(`${name}: ${value}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

/** @throws for what is no answer of HTTP */
export function readAnswers(bytes: Buffer, method = 'GET'): Answer[] {
  const answers: Answer[] = []
  let rest = bytes
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    const head = rest.subarray(0, end).toString('latin1')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
    if (end < 0 || !status) throw new Error(`No answer: ${rest.toString('latin1').slice(0, 200)}`)
    const headers = head
      .split('\r\n')
      .slice(1)
      .map((line): [string, string] => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      })
    const all = (name: string): string[] =>
      headers.flatMap(([known, value]) => (known === name.toLowerCase() ? [value] : []))
    const content = rest.subarray(end + 4)
    const { body, size } = readBody(content, status, method, all)
    answers.push({
      status,
      all,
      header: (name) => all(name)[0],
      body: body.toString(),
      raw: rest.subarray(0, end + 4 + size).toString('latin1'),
    })
    rest = content.subarray(size)
    if (status === 101) break
  }
  return answers
}

function readBody(
  content: Buffer,
  status: number,
  method: string,
  all: (name: string) => string[],
): { body: Buffer; size: number } {
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200)
    return { body: Buffer.alloc(0), size: 0 }
  if (all('transfer-encoding').includes('chunked')) {
    const pieces: Buffer[] = []
    let at = 0
    for (;;) {
      const line = content.indexOf('\r\n', at)
      const size = Number.parseInt(content.subarray(at, line).toString(), 16)
      if (line < 0 || Number.isNaN(size)) throw new Error('A chunked body without its end')
      if (size === 0) return { body: Buffer.concat(pieces), size: line + 4 }
      pieces.push(content.subarray(line + 2, line + 2 + size))
      at = line + 2 + size + 2
    }
  }
  const length = Number(all('content-length')[0] ?? content.length)
  if (content.length < length) throw new Error(`${content.length} bytes of a body of ${length}`)
  return { body: content.subarray(0, length), size: length }
}
