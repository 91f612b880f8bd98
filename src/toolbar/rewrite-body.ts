import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from 'node:zlib'
import type { HttpResponse } from '../http/index.ts'

interface Coding {
  decode(bytes: Uint8Array): Buffer
  encode(text: string): Buffer
}

const CODINGS: Readonly<Record<string, Coding>> = {
  identity: { decode: (bytes) => Buffer.from(bytes), encode: (text) => Buffer.from(text) },
  gzip: { decode: gunzipSync, encode: (text) => gzipSync(text, { level: 1 }) },
  br: {
    decode: brotliDecompressSync,
    encode: (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  },
}

/** Changes the text of an answer, through its compression if need be. Streams pass untouched. */
export function rewriteBody(response: HttpResponse, change: (text: string) => string): void {
  const { body, headers } = response
  const coding = CODINGS[headers.get('content-encoding') ?? 'identity']
  if (coding === undefined) return
  if (typeof body === 'string') response.body = change(body)
  else if (body instanceof Uint8Array) {
    const bytes = coding.decode(body)
    const text = bytes.toString('utf8')
    // Bytes in another charset would not survive.
    if (!Buffer.from(text).equals(bytes)) return
    response.body = coding.encode(change(text))
  } else return
  headers.delete('content-length')
}
