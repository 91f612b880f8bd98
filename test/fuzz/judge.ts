import type { FuzzedSocket } from './frames.ts'
import type { FuzzedRequest } from './requests.ts'
import { SECRET_MARK } from './site.ts'
import type { Heard } from './talk.ts'

interface Answer {
  status: number
  headers: readonly (readonly [string, string])[]
}

/** What no answer may be, whatever was asked. Returns what is wrong, if anything is. */
export function judgeRequest(
  request: FuzzedRequest,
  heard: Heard,
  folders: readonly string[],
): string | undefined {
  if (request.ending === 'go away') return undefined
  if (!heard.hasEnded) return 'the connection hangs'
  const leak = judgeBytes(heard.bytes, folders)
  if (leak !== undefined || !request.isFramed) return leak
  const answers = readAnswers(heard.bytes, request.method === 'HEAD')
  if (typeof answers === 'string') return answers
  for (const answer of answers) {
    const wrong = judgeAnswer(answer)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

export function judgeSocket(
  socket: FuzzedSocket,
  heard: Heard,
  folders: readonly string[],
): string | undefined {
  if (!heard.hasEnded) return 'the connection hangs'
  const end = heard.bytes.indexOf('\r\n\r\n')
  const leak = judgeBytes(heard.bytes.subarray(0, end < 0 ? undefined : end), folders)
  if (leak !== undefined) return leak
  const status = Number(heard.bytes.subarray(9, 12).toString())
  if (socket.isSound && status !== 101) return `a sound handshake was answered with ${status}`
  if (status !== 101) return undefined
  const code = closeCode(heard.bytes.subarray(end + 4))
  // Of the codes a server may say, those for something wrong in the server itself are not among these.
  if (code !== undefined && ![1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009].includes(code))
    return `closed with ${code}`
  return undefined
}

function judgeBytes(bytes: Buffer, folders: readonly string[]): string | undefined {
  const text = bytes.toString('latin1')
  if (text.includes(SECRET_MARK)) return 'what lies outside the static folders came out'
  const folder = folders.find((path) => text.includes(path))
  if (folder !== undefined) return `the path ${folder} came out`
  const status = /^HTTP\/1\.1 (5\d\d)/m.exec(text)?.[1]
  return status === undefined ? undefined : `status ${status}`
}

function judgeAnswer({ status, headers }: Answer): string | undefined {
  const of = (name: string): string[] => headers.flatMap(([known, value]) => (known === name ? [value] : []))
  if (headers.some(([name]) => name === 'x-injected')) return 'a header was injected'
  if (status === 100) return undefined
  for (const name of ['x-request-id', 'x-content-type-options', 'content-security-policy'])
    if (of(name).length !== 1) return `${status} has ${of(name).length} headers ${name}`
  for (const location of of('location'))
    if (!/^\/(?![/\\])/.test(location)) return `a redirect to ${JSON.stringify(location)}`
  return undefined
}

const HEADER = /^[\w!#$%&'*+.^`|~-]+: [\t\x20-\x7e\x80-\xff]*$/

/** Reads answers as RFC 9112 section 6.3 has them; a sentence where they are none. */
function readAnswers(bytes: Buffer, isHead: boolean): Answer[] | string {
  const answers: Answer[] = []
  let rest = bytes
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return 'an answer without an end of its headers'
    const [first = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n')
    const status = Number(/^HTTP\/1\.1 ([1-5]\d\d) /.exec(first)?.[1])
    if (Number.isNaN(status)) return `no status line: ${JSON.stringify(first.slice(0, 80))}`
    const odd = lines.find((line) => !HEADER.test(line))
    if (odd !== undefined) return `no header: ${JSON.stringify(odd)}`
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)]
    })
    answers.push({ status, headers })
    const content = rest.subarray(end + 4)
    // What is refused before its method is known has a body, and is the last on its connection.
    const isRefusal = [400, 408, 413, 431].includes(status) && content.length > 0
    const length =
      status < 200 || status === 204 || status === 304 || (isHead && !isRefusal)
        ? 0
        : bodyLength(headers, content)
    if (typeof length === 'string') return length
    rest = content.subarray(length)
    // Nothing is HTTP after an upgrade.
    if (status === 101) return answers
  }
  return answers
}

function bodyLength(headers: readonly (readonly [string, string])[], content: Buffer): number | string {
  const of = Object.fromEntries(headers)
  if (of['transfer-encoding'] === 'chunked') {
    const end = content.indexOf('0\r\n\r\n')
    return end < 0 ? 'a chunked body without its end' : end + 5
  }
  const { 'content-length': length } = of
  if (length === undefined) return content.length
  return Number(length) <= content.length
    ? Number(length)
    : `a body of ${content.length} bytes that was to have ${length}`
}

/** The code of the first close frame; frames of a server are not masked. */
function closeCode(bytes: Buffer): number | undefined {
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes[at + 1]! & 0x7f
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (at + head > bytes.length) return undefined
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    if ((bytes[at]! & 0x0f) === 8) return length >= 2 ? bytes.readUInt16BE(at + head) : 1005
    at += head + length
  }
  return undefined
}
