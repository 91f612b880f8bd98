import * as fc from 'fast-check'
import { ObjectId } from 'bson'
import { gzipSync, gunzipSync, brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { HttpResponse } from '../../src/http/index.ts'
import { createHistory } from '../../src/toolbar/history.ts'
import { insertIntoPage, isWholePage } from '../../src/toolbar/insert-into-page.ts'
import { pageNonce } from '../../src/toolbar/page-nonce.ts'
import { queryOutcome } from '../../src/toolbar/query-outcome.ts'
import { queryShape } from '../../src/toolbar/query-shape.ts'
import type { RequestRecord, Span, SpanKind } from '../../src/toolbar/record.ts'
import { rewriteBody } from '../../src/toolbar/rewrite-body.ts'
import { showHeaders, showUrl } from '../../src/toolbar/show-headers.ts'
import { showContext, showValue } from '../../src/toolbar/show-value.ts'
import { ownTime, splitTime } from '../../src/toolbar/split-time.ts'

test('#14 the history keeps so many requests, the newest first', () => {
  const history = createHistory(2)
  for (const id of ['a', 'b', 'c']) history.add({ id } as RequestRecord)
  expect(history.list().map(({ id }) => id)).toEqual(['c', 'b'])
  expect(history.find('a')).toBeUndefined()
  expect(history.find('b')).toMatchObject({ id: 'b' })
})

const span = (kind: SpanKind, start: number, end: number, depth = 0): Span => ({
  kind,
  name: kind,
  start,
  end,
  depth,
  failed: false,
})

test('#14 time is divided among what it was spent on, the innermost counting', () => {
  const spans = [
    span('middleware', 1, 19),
    span('view', 2, 18, 1),
    span('database', 3, 6, 2),
    span('database', 4, 8, 2),
    span('template', 10, 12, 2),
  ]
  expect(splitTime({ spans, ms: 20 })).toEqual([
    { kind: 'middleware', ms: 2 },
    { kind: 'view', ms: 9 },
    { kind: 'database', ms: 5 },
    { kind: 'template', ms: 2 },
    { kind: 'tao', ms: 2 },
  ])
  expect(ownTime({ spans, ms: 20 }, 0)).toBe(2)
  expect(ownTime({ spans, ms: 20 }, 1)).toBe(16)
})

test('#14 the shares of any spans add up to the whole', () => {
  const anySpan = fc
    .record({
      kind: fc.constantFrom<SpanKind>('middleware', 'view', 'database', 'template'),
      start: fc.integer({ min: 0, max: 120 }),
      ms: fc.integer({ min: 0, max: 60 }),
      open: fc.boolean(),
    })
    .map(({ kind, start, ms, open }) => span(kind, start, open ? Number.NaN : start + ms))
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 12 }), fc.integer({ min: 1, max: 100 }), (spans, ms) => {
      const sum = splitTime({ spans, ms }).reduce((total, share) => total + share.ms, 0)
      expect(sum).toBeCloseTo(ms)
    }),
  )
})

test.each([
  ['<!doctype html><html lang="en"><head><title>', '<!doctype html><html lang="en"><head>|<title>'],
  ['<!doctype html><p>no head, no body', '<!doctype html>|<p>no head, no body'],
  [
    '<!-- </head> --><!DOCTYPE html>\n<HTML data-x="a>b"><body>',
    '<!-- </head> --><!DOCTYPE html>\n<HTML data-x="a>b">|<body>',
  ],
  [
    '<head><script>const x = "<head></head><body></body>"</script>',
    '<head>|<script>const x = "<head></head><body></body>"</script>',
  ],
  ['<body><header>', '|<body><header>'],
  ['<html><header>x', '<html>|<header>x'],
  ['\uFEFF<!doctype html>\n', '\uFEFF<!doctype html>\n|'],
  ['<p>a fragment', '|<p>a fragment'],
  ['', '|'],
])('#14 the handle goes to where the head of a page begins: %j', (html, expected) => {
  expect(insertIntoPage(html, '|')).toBe(expected)
})

test('#14 whatever the page, nothing of it is lost', () => {
  const pieces = fc.constantFrom(
    '<!doctype html>',
    '<html>',
    '<head>',
    '</head>',
    '<body>',
    '</body>',
    '<!--',
    '-->',
    '"',
    "'",
    '>',
    ' ',
    'x',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const html = parts.join('')
      expect(insertIntoPage(html, '\0').replace('\0', '')).toBe(html)
    }),
  )
})

test('#14 a whole page is told from a fragment', () => {
  expect(isWholePage(' <!-- x --> <!DOCTYPE html>')).toBe(true)
  expect(isWholePage('<html>')).toBe(true)
  expect(isWholePage('<header>x</header>')).toBe(false)
  expect(isWholePage('text <html>')).toBe(false)
})

test('#14 the nonce is that of the policy, else that of the page', () => {
  expect(pageNonce("script-src 'self' 'nonce-aB+/1=='", '')).toBe('aB+/1==')
  expect(pageNonce(null, '<script src="x" nonce="abc">')).toBe('abc')
  expect(pageNonce("script-src 'self'", '<p>')).toBeUndefined()
})

test('#14 compressed pages are changed and compressed again; other bytes are left alone', () => {
  const change = (text: string): string => `${text}!`
  const gzip = new HttpResponse(gzipSync('tea'), {
    headers: { 'content-encoding': 'gzip', 'content-length': '9' },
  })
  rewriteBody(gzip, change)
  expect(gunzipSync(gzip.body as Buffer).toString()).toBe('tea!')
  expect(gzip.headers.has('content-length')).toBe(false)
  const br = new HttpResponse(brotliCompressSync('tea'), { headers: { 'content-encoding': 'br' } })
  rewriteBody(br, change)
  expect(brotliDecompressSync(br.body as Buffer).toString()).toBe('tea!')
  const latin = Buffer.from([0x63, 0x61, 0x66, 0xe9])
  const other = new HttpResponse(latin)
  rewriteBody(other, change)
  expect(other.body).toBe(latin)
  const zstd = new HttpResponse(Buffer.from('x'), { headers: { 'content-encoding': 'zstd' } })
  rewriteBody(zstd, change)
  expect(zstd.body).toEqual(Buffer.from('x'))
})

test('#14 commands that differ in their values alone have one shape', () => {
  const find = (filter: object, collection = 'posts'): string =>
    queryShape({ find: collection, filter, lsid: { id: Math.random() } })
  expect(find({ _id: new ObjectId() })).toBe(find({ _id: new ObjectId() }))
  expect(find({ n: { $in: [1, 2] } })).toBe(find({ n: { $in: [3] } }))
  expect(find({ n: 1 })).not.toBe(find({ m: 1 }))
  expect(find({ n: 1 })).not.toBe(find({ n: { $gt: 1 } }))
  expect(find({ n: 1 })).not.toBe(find({ n: 1 }, 'people'))
})

test.each([
  ['find', { cursor: { firstBatch: [1, 2], id: 0 } }, '2 documents'],
  ['find', { cursor: { firstBatch: [1], id: 7n } }, '1 document, more to come'],
  ['getMore', { cursor: { nextBatch: [], id: 0 } }, '0 documents'],
  ['count', { n: 4 }, 'counted 4'],
  ['distinct', { values: [1] }, '1 value'],
  ['insert', { n: 2 }, '2 added'],
  ['update', { n: 2, nModified: 1 }, '2 matched, 1 changed'],
  ['update', { n: 1, nModified: 0, upserted: [{}] }, '1 matched, 0 changed, 1 added'],
  ['delete', { n: 0 }, '0 deleted'],
  ['findAndModify', { lastErrorObject: {}, value: null }, 'no document'],
  ['ping', { ok: 1 }, ''],
])('#14 what %s brought is said in words', (command, reply, expected) => {
  expect(queryOutcome(command, reply)).toBe(expected)
})

test('#14 secrets are hidden wherever they are: under their names, in URLs, in instances, in maps', () => {
  class User {
    readonly name = 'ann'
    readonly passwordHash = 'h4sh'
    readonly self = this
    get token(): string {
      throw new Error('a getter was run')
    }
  }
  const text = showValue('user', {
    user: new User(),
    by: new Map([['secret', 'h4sh']]),
    url: 'mongodb://ann:h4sh@db/x',
    list: [{ apiKey: 'h4sh' }],
    proxy: new Proxy({ password: 'h4sh' }, {}),
    id: new ObjectId('6b0119ae17469a3a0fd77d04'),
    error: new Error('mongodb://ann:h4sh@db'),
    deep: { a: { b: { c: { d: { e: { f: { password: 'h4sh' } } } } } } },
  })
  expect(text).not.toContain('h4sh')
  expect(text).toContain("name: 'ann'")
  expect(text).toContain('User')
  expect(text).toContain('6b0119ae17469a3a0fd77d04')
  expect(showValue('password', 'h4sh')).not.toContain('h4sh')
})

test('#14 what cannot be shown breaks nothing, and what is large is cut', () => {
  const hostile = {
    [Symbol.for('nodejs.util.inspect.custom')]() {
      throw new Error('no')
    },
  }
  expect(showValue('x', hostile)).toBe('(cannot be shown)')
  expect(showValue('x', 'a'.repeat(100_000)).length).toBeLessThan(9000)
  expect(
    showValue(
      'x',
      Array.from({ length: 100_000 }, () => 'abc'),
    ).length,
  ).toBeLessThan(9000)
})

test('#14 what a template was given is read without its getters', () => {
  let runs = 0
  const context = {
    title: 'x',
    get session(): number {
      return ++runs
    },
  }
  expect(showContext(context)).toEqual([
    { name: 'title', value: 'x' },
    { name: 'session', value: '(made when it is read)' },
  ])
  expect(runs).toBe(0)
})

test('#14 of headers and addresses the secrets are hidden, the names are not', () => {
  const shown = showHeaders([
    ['Cookie', 'session=abc; theme=dark'],
    ['set-cookie', 'session=abc; Path=/; HttpOnly'],
    ['Authorization', 'Bearer abc'],
    ['x-api-key', 'abc'],
    ['accept', 'text/html'],
  ])
  expect(JSON.stringify(shown)).not.toContain('abc')
  expect(shown.map(({ value }) => value)).toEqual([
    'session=••••••; theme=••••••',
    'session=••••••; Path=/; HttpOnly',
    'Bearer ••••••',
    '••••••',
    'text/html',
  ])
  expect(showUrl('/a?q=tea&token=abc&x')).toBe('/a?q=tea&token=••••••&x')
})
