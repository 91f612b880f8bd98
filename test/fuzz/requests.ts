import * as fc from 'fast-check'
import { KNOWN_PATHS } from './site.ts'

/** One request as it goes over the wire, or what pretends to be one. */
export interface FuzzedRequest {
  method: string
  target: string
  bytes: Buffer
  /** Whether its framing is in order, so that the answer can be read strictly. */
  isFramed: boolean
  /** Where the bytes are cut in two. */
  cut: number
  /** After sending: wait for the end, say that no more will come, or go away. */
  ending: 'wait' | 'half-close' | 'go away'
}

const HOSTILE_TEXTS = [
  '..',
  '../',
  '..%2f',
  '%2e%2e/',
  '..\\',
  '%5c..%5c',
  '%00',
  '\0',
  '%0d%0ax-injected:%201',
  '\r\nx-injected: 1\r\n',
  '//evil.example',
  '/\\evil.example',
  '/.//evil.example',
  'http://evil.example/',
  'javascript:alert(1)',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '%ff',
  '%',
  '%u0041',
  '%c0%ae',
  '%e0%80%af',
  'ü',
  '\u{1f600}',
  '\ud800',
  '{{ 7*7 }}',
  '${7*7}',
  '<script>',
  '"',
  "'",
  '&amp;',
  '[$gt]',
  '[]',
  '[a][b]',
  ';',
  ',',
  '\t',
  ' ',
  '+',
  '#',
  '?',
  '=',
  '&',
  '*',
  '@',
  ':',
  '.env',
  '.git/config',
  'settings.ts',
  '~',
  '-0',
  '1e999',
  '9'.repeat(30),
  'NaN',
  '\ufeff',
  '\u202e',
]

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...HOSTILE_TEXTS), { maxLength: 6 }).map((all) => all.join('')),
  },
)

/** Text as it may stand in a request line or a header; sometimes as it may not. */
const onTheLine = hostileText.chain((text) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(encodeURIComponent(wellFormed(text))) },
    { weight: 3, arbitrary: fc.constant(text.replaceAll(/[\r\n\0 ]/g, '')) },
    { weight: 1, arbitrary: fc.constant(text) },
  ),
)

function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

const target: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN_PATHS) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...KNOWN_PATHS), onTheLine, fc.nat(), fc.boolean())
      .map(([path, text, at, replaces]) => {
        const place = at % (path.length + 1)
        return path.slice(0, place) + text + path.slice(replaces ? place + text.length : place)
      }),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          '/next?next=',
          '/to?to=',
          '/cookie?v=',
          '/go/',
          '/download?name=',
          '/session?name=',
          '/?q=',
          '/typed?n=',
          '/typed?s=',
          '/rest/',
          '/named/',
          '/static/',
          '/item/',
        ),
        onTheLine,
      )
      .map(([path, text]) => path + text),
  },
  { weight: 1, arbitrary: onTheLine.map((text) => `/${text}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'http://localhost',
          'https://localhost:1',
          'http://evil.example',
          'http://localhost:99999',
          'ftp://localhost',
          'http://',
          'localhost:80',
          '*',
          '//localhost',
        ),
        fc.constantFrom('', '/', '/about', '?a', '/static/../secret.txt'),
      )
      .map(([origin, path]) => origin + path),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 7000, max: 20_000 }).map((length) => `/rest/${'x'.repeat(length)}`),
  },
)

const header: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'Cookie',
        'Accept',
        'Accept-Encoding',
        'If-None-Match',
        'If-Modified-Since',
        'If-Range',
        'If-Match',
        'Origin',
        'Sec-Fetch-Site',
        'X-Forwarded-For',
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'X-Request-Id',
        'User-Agent',
        'Referer',
        'Content-Type',
        'X-Anything',
        'Upgrade',
        'TE',
        'Expect',
        'Date',
        'Forwarded',
        'Authorization',
      ),
      onTheLine,
    )
    .map(([name, value]) => `${name}: ${value}`),
  fc.constantFrom(
    'Range: bytes=0-',
    'Range: bytes=-1',
    'Range: bytes=5-1',
    'Range: bytes=0-0,2-3',
    'Range: bytes=99999999999999999999-',
    'Range: lines=1-2',
    'Expect: 100-continue',
    'Expect: wonders',
    'Accept: application/json',
    'Accept: text/html',
    'Accept-Encoding: br;q=0, gzip;q=x',
    'Host: localhost',
    'Host: evil.example',
    'Host: localhost:99999',
    'Host: xn--a.localhost',
    'Host: a..localhost',
    'Host: [::1]',
    'Host: [::1::]',
    'Host:',
    'Connection: keep-alive, x',
    'Connection: upgrade',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'HTTP2-Settings: AAAA',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: identity',
    'Content-Length: 0',
    'Content-Length: -1',
    'Content-Length: 5, 5',
    'Content-Encoding: gzip',
    'X-Bare',
    ': x',
    'X Y: 1',
    ' folded',
    'If-None-Match: *',
    'If-Match: "x"',
    'If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT',
    'Cookie: session=',
    'Cookie: session=Fe26.2*1*a*b*c*d*e*f',
    'Cookie: session=Fe26.2*__proto__*a*b*c*1*e*f~2',
    'Cookie: __proto__=1; constructor=2',
    'Cookie: =; ;;a=b=c; "',
  ),
  fc.integer({ min: 10, max: 20_000 }).map((length) => `X-Long: ${'y'.repeat(length)}`),
)

const body: fc.Arbitrary<{ type: string; bytes: Buffer }> = fc.oneof(
  fc.array(fc.tuple(hostileText, hostileText), { maxLength: 60 }).map((pairs) => ({
    type: 'application/x-www-form-urlencoded',
    bytes: Buffer.from(
      pairs
        .map(
          ([name, value]) =>
            `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`,
        )
        .join('&'),
    ),
  })),
  fc
    .array(onTheLine, { maxLength: 20 })
    .map((all) => ({ type: 'application/x-www-form-urlencoded', bytes: Buffer.from(all.join('&')) })),
  fc.json({ maxDepth: 6 }).map((text) => ({ type: 'application/json', bytes: Buffer.from(text) })),
  fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), hostileText).map(([text, at, extra]) => ({
    type: 'application/json; charset=utf-8',
    bytes: Buffer.from(text.slice(0, at % (text.length + 1)) + extra + text.slice(at % (text.length + 1))),
  })),
  fc
    .constantFrom(
      '{"title":{"$gt":""}}',
      '{"title":"a","__proto__":{"a":1}}',
      '['.repeat(3000),
      `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
      '{"title":"a","title":"b"}',
      '\ufeff{}',
      '',
      'null',
      '"x"',
    )
    .map((text) => ({ type: 'application/json', bytes: Buffer.from(text) })),
  multipart(),
  fc
    .tuple(
      fc.constantFrom(
        'text/plain',
        'text/plain; charset=utf-16',
        'text/plain; charset=none',
        'application/octet-stream',
        'multipart/form-data',
        'multipart/form-data; boundary=',
        'application/json; charset=latin1',
        ';;',
        'a/b/c',
      ),
      fc.uint8Array({ maxLength: 3000 }),
    )
    .map(([type, bytes]) => ({ type, bytes: Buffer.from(bytes) })),
  fc
    .integer({ min: 19_000, max: 60_000 })
    .map((length) => ({ type: 'text/plain', bytes: Buffer.alloc(length, 'z') })),
)

function multipart(): fc.Arbitrary<{ type: string; bytes: Buffer }> {
  const part = fc.tuple(
    fc.constantFrom('form-data', 'form-data', 'form-data', 'attachment', ''),
    hostileText,
    fc.option(hostileText),
    fc.constantFrom(
      '',
      'Content-Type: text/plain\r\n',
      'Content-Type: image/png\r\n',
      'Content-Transfer-Encoding: base64\r\n',
      'X: y\r\n z\r\n',
      `X: ${'h'.repeat(9000)}\r\n`,
    ),
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(9_000, 11_000).map((size) => Buffer.alloc(size, 'f')),
      fc.constant(Buffer.from('\r\n--b')),
    ),
  )
  return fc
    .tuple(
      fc.array(part, { maxLength: 6 }),
      fc.constantFrom('b', '"b"', 'b; charset=utf-8', 'c', 'b'.repeat(80)),
      fc.boolean(),
      fc.nat(),
      fc.constantFrom('none', 'cut', 'splice'),
    )
    .map(([all, boundary, isClosed, at, damage]) => {
      const pieces = all.flatMap(([disposition, name, file, extra, content]) => [
        Buffer.from(
          `--b\r\nContent-Disposition: ${disposition}; name="${name.replaceAll('"', '%22')}"${file === null ? '' : `; filename="${file}"`}\r\n${extra}\r\n`,
        ),
        content,
        Buffer.from('\r\n'),
      ])
      const whole = Buffer.concat([...pieces, Buffer.from(isClosed ? '--b--\r\n' : '--b')])
      const place = at % (whole.length + 1)
      const bytes =
        damage === 'none'
          ? whole
          : damage === 'cut'
            ? whole.subarray(0, place)
            : Buffer.concat([whole.subarray(0, place), Buffer.from('\r\n--b\r\n\r\n'), whole.subarray(place)])
      return { type: `multipart/form-data; boundary=${boundary}`, bytes }
    })
}

const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'HEAD',
      'OPTIONS',
      'PUT',
      'DELETE',
      'PATCH',
      'TRACE',
      'PROPFIND',
      'QUERY',
      'get',
      'CONNECT',
      'PRI',
    ),
  },
)

/** Requests of every kind, from good ones to noise. */
export const fuzzedRequest: fc.Arbitrary<FuzzedRequest> = fc
  .record({
    method,
    target,
    version: fc.oneof(
      { weight: 12, arbitrary: fc.constant('HTTP/1.1') },
      { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', 'HTTP', '') },
    ),
    headers: fc.array(header, { maxLength: 6 }),
    body: fc.option(body, { freq: 2 }),
    framing: fc.constantFrom('length', 'length', 'chunked', 'short', 'long', 'none'),
    damage: fc.option(fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 6 })), { freq: 12 }),
    cut: fc.nat(),
    ending: fc.constantFrom(
      'wait' as const,
      'wait' as const,
      'half-close' as const,
      'half-close' as const,
      'go away' as const,
    ),
  })
  .map(({ damage, cut, ending, ...parts }) => {
    const { bytes, isFramed } = assemble(parts)
    const place = damage === null ? 0 : damage[0] % (bytes.length + 1)
    const sent =
      damage === null ? bytes : Buffer.concat([bytes.subarray(0, place), damage[1], bytes.subarray(place)])
    return {
      method: parts.method,
      target: parts.target,
      bytes: sent,
      isFramed: isFramed && damage === null,
      cut: cut % (sent.length + 1),
      ending,
    }
  })

function assemble({
  method,
  target,
  version,
  headers,
  body,
  framing,
}: {
  method: string
  target: string
  version: string
  headers: readonly string[]
  body: { type: string; bytes: Buffer } | null
  framing: string
}): { bytes: Buffer; isFramed: boolean } {
  const lines = [
    `${method} ${target} ${version}`,
    ...(headers.some((line) => line.startsWith('Host')) ? [] : ['Host: localhost']),
    ...headers,
    'Connection: close',
  ]
  const pieces: Buffer[] = []
  if (body !== null) {
    lines.push(`Content-Type: ${body.type}`)
    if (framing === 'chunked') {
      lines.push('Transfer-Encoding: chunked')
      if (body.bytes.length > 0)
        pieces.push(Buffer.from(`${body.bytes.length.toString(16)}\r\n`), body.bytes, Buffer.from('\r\n'))
      pieces.push(Buffer.from('0\r\n\r\n'))
    } else {
      if (framing !== 'none')
        lines.push(
          `Content-Length: ${body.bytes.length + (framing === 'short' ? -1 : framing === 'long' ? 5 : 0)}`,
        )
      pieces.push(body.bytes)
    }
  }
  const head = lines.join('\r\n')
  // What breaks the lines may have made another request of it.
  const isFramed =
    !/[\r\n\0]/.test([...headers, target].join('')) &&
    ['HTTP/1.1', 'HTTP/1.0'].includes(version) &&
    method !== 'CONNECT'
  return { bytes: Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'utf8'), ...pieces]), isFramed }
}
