import { parametersOf, parseHeaderValue, type HeaderValue } from './content-type.ts'
import { decodeText } from './decode-text.ts'
import { bodyForm } from './errors.ts'

/** What the headers of a part say. */
export interface PartHead {
  name: string
  /** `undefined` for a plain field. The client's own, path and all. */
  filename: string | undefined
  type: string
  charset: string | undefined
}

const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/

/**
 * Reads a part's header block.
 * @throws TAO_BODY_FORM (400): a line that is no header, no `Content-Disposition: form-data`, no name, a transfer
 *   encoding (RFC 7578 section 4.7 forbids it), parts within the part (section 4.3 withdraws them)
 */
export function readPartHead(block: Buffer): PartHead {
  const headers = readHeaders(decodeText(block, undefined, 'The headers of a part'))
  const disposition = understand(headers, 'content-disposition')
  if (disposition === undefined) throw bodyForm('a part has no Content-Disposition')
  if (disposition.value !== 'form-data')
    throw bodyForm(`a part is ${disposition.value || 'nothing'}, not form-data`)
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary'
  if (!['7bit', '8bit', 'binary'].includes(encoding)) throw bodyForm(`a part is encoded as ${encoding}`)
  const type = understand(headers, 'content-type')
  if (type?.value.startsWith('multipart/')) throw bodyForm(`a part is ${type.value} itself`)
  const name = only(disposition, 'name')
  if (name === undefined) throw bodyForm('a part has no name')
  const extended = only(disposition, 'filename*')
  return {
    name: decodeEscapes(name),
    filename:
      extended === undefined
        ? mapDefined(only(disposition, 'filename'), decodeEscapes)
        : decodeExtended(extended),
    type:
      type?.value ||
      ((extended ?? only(disposition, 'filename')) ? 'application/octet-stream' : 'text/plain'),
    charset: type && parametersOf(type, 'charset')[0],
  }
}

function readHeaders(block: string): Map<string, string> {
  const headers = new Map<string, string>()
  // A line that begins with a space goes on with the one before it (RFC 5322 section 2.2.3).
  const lines = block === '' ? [] : block.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (colon < 1 || !NAME.test(name) || /[\r\n\0]/.test(line))
      throw bodyForm('a part has a line that is no header')
    if (headers.has(name.toLowerCase())) throw bodyForm(`a part has two ${name} headers`)
    headers.set(name.toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

function understand(headers: Map<string, string>, name: string): HeaderValue | undefined {
  const text = headers.get(name)
  if (text === undefined) return undefined
  const value = parseHeaderValue(text)
  if (value === undefined) throw bodyForm(`the ${name} of a part cannot be read`)
  return value
}

function only(header: HeaderValue, name: string): string | undefined {
  const values = parametersOf(header, name)
  if (values.length > 1) throw bodyForm(`a part has the parameter ${name} twice`)
  return values[0]
}

/** Browsers write the three characters that would break the header as escapes, and only these. */
function decodeEscapes(text: string): string {
  return text.replace(/%(22|0D|0A)/gi, (escape) => decodeURIComponent(escape))
}

/** `UTF-8''na%C3%AFve.txt`, which some clients send beside or instead of a plain file name (RFC 8187). */
function decodeExtended(text: string): string {
  const [, charset, encoded] = /^([^']*)'[^']*'(.*)$/s.exec(text) ?? []
  try {
    if (charset?.toLowerCase() === 'utf-8') return decodeURIComponent(encoded!)
  } catch {
    // Falls through to the refusal.
  }
  throw bodyForm('the file name of a part cannot be read')
}

function mapDefined<T, R>(value: T | undefined, map: (value: T) => R): R | undefined {
  return value === undefined ? undefined : map(value)
}
