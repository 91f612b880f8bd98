import { isUtf8 } from 'node:buffer'
import { bodyCharset, bodyText } from './errors.ts'

/**
 * Bytes to text, strictly: what is not valid in the charset is refused, never replaced. A byte order mark is dropped.
 * @param what names the bytes in the error: `The body`, `The field "a"`
 */
export function decodeText(bytes: Buffer, charset: string | undefined, what: string): string {
  const encoding = charset === undefined ? 'utf-8' : canonicalCharset(charset)
  if (encoding === 'utf-8') {
    if (!isUtf8(bytes)) throw bodyText(what, 'UTF-8')
    const text = bytes.toString('utf8')
    return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw bodyText(what, encoding, { cause: error })
  }
}

/** The name the Encoding Standard gives a charset label: `utf8` is `utf-8`, `latin1` is `windows-1252`. */
export function canonicalCharset(label: string): string {
  try {
    return new TextDecoder(label).encoding
  } catch {
    throw bodyCharset(label, 'one of the Encoding Standard, best utf-8')
  }
}
