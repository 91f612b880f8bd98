import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFreshSite, type FreshSite } from './fresh-site.ts'
import { INSIDE } from './probe-app.ts'
import { ask } from './raw.ts'

let site: FreshSite
let port: number

beforeAll(async () => {
  site = await makeFreshSite()
  ;({ port } = await site.serve())
})
afterAll(() => site.remove())

const OUTSIDE = [
  '/static/../secret.txt',
  '/static/../../etc/passwd',
  '/static/%2e%2e/secret.txt',
  '/static/%2E%2E/secret.txt',
  '/static/.%2e/secret.txt',
  '/static/..%2fsecret.txt',
  '/static/..%5csecret.txt',
  '/static/..\\secret.txt',
  '/static/%2e%2e%2fsecret.txt',
  '/static/%252e%252e%252fsecret.txt',
  '/static/....//secret.txt',
  '/static//../secret.txt',
  '/static/blog/../../secret.txt',
  '/static/blog/%2e%2e/%2e%2e/secret.txt',
  '/static/%c0%ae%c0%ae/secret.txt',
  '/static/%00/../secret.txt',
  '/static/site.css%00',
  '/static/site.css%00.txt',
  '/static/site.css%5c',
  '/static//etc/passwd',
  '/static/%2fetc%2fpasswd',
  '/static/C:%5cwindows',
  '/static/file:///etc/passwd',
  '/static/~/secret.txt',
  '/static/%',
  '/static/%zz',
  '/static/;/../secret.txt',
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/secret.txt',
  '//evil.example/%2e%2e',
  '//evil.example',
  '/static//evil.example',
  '/static/\\evil.example',
]

test.each(OUTSIDE)('H2 %s serves nothing and sends nowhere', async (path) => {
  const answer = await ask(port, path)
  expect([400, 403, 404]).toContain(answer.status)
  expect(answer.header('location')).toBeUndefined()
  expect(answer.raw).not.toMatch(new RegExp(`${INSIDE}|root:`))
})

test.each([
  '/static/.env',
  '/static/.git/config',
  '/static/.git',
  '/static/probe/.hidden',
  '/static/%2ehidden',
  '/static/',
  '/static/blog',
  '/static/blog/',
  '/static/none.css',
  '/static/.',
  '/static/blog/.',
])('H2 %s, a hidden file, a folder or nothing, is 404', async (path) => {
  const answer = await ask(port, path)
  expect([answer.status, answer.header('location')]).toEqual([404, undefined])
  expect(answer.raw).not.toContain(INSIDE)
})

test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('H2 %s of a static file is 405', async (method) => {
  const answer = await ask(port, '/static/site.css', { method })
  expect([answer.status, answer.header('allow')]).toEqual([405, 'GET, HEAD'])
})

const TARGETS = [
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\\/evil.example',
  '/.//evil.example',
  '/./\\evil.example',
  '/..//evil.example',
  '/x/..//evil.example',
  '/x/../..//evil.example',
  '/%2e//evil.example',
  '/%2e%2e//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/ /evil.example\r\nSet-Cookie: a=b',
  '/\r\nSet-Cookie: a=b',
  '/\nLocation: https://evil.example',
  '/\0//evil.example',
  'https://evil.example',
  'HTTPS://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'http://shop.example@evil.example',
  'https://shop.example.evil.example',
  'https://evil.example/?shop.example',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'ftp://evil.example',
  'file:///etc/passwd',
  'mailto:a@evil.example',
  'evil.example',
  './/evil.example',
  '../evil.example',
  '?next=//evil.example',
  '#//evil.example',
  '@evil.example',
  ':80',
  '',
  '/\u00a0/evil.example\ud800',
]

test('H11 there are 48 targets', () => expect(TARGETS).toHaveLength(48))

test.each(TARGETS)('H11 %j leaves the site neither by redirect.local nor by redirect', async (target) => {
  const query = encodeURIComponent(target.toWellFormed())
  const dropped = await ask(port, `/probe/next?next=${query}`)
  const location = dropped.header('location') ?? ''
  expect(dropped.status).toBe(302)
  expect(new URL(location, 'https://shop.example').origin).toBe('https://shop.example')
  expect(location).toMatch(/^\/(?![/\\])/)
  expect(dropped.header('set-cookie')).toBeUndefined()
  const refused = await ask(port, `/probe/to?to=${query}`)
  if (refused.status === 302) expect(refused.header('location')).toMatch(/^\/(?![/\\])/)
  else expect(refused.status).toBe(400)
})

test('H11 a local path is kept, with its query', async () => {
  const { header } = await ask(port, '/probe/next?next=%2Fblog%3Fpage%3D2%23top')
  expect(header('location')).toBe('/blog?page=2#top')
  expect((await ask(port, '/probe/next')).header('location')).toBe('/')
})

test.each(['html', 'njk', 'tpl', 'xml'])('H8 a template in .%s escapes what it shows', async (kind) => {
  const text = `<script>alert("1")</script>&'`
  const { body, header } = await ask(port, `/probe/escaped/${kind}?text=${encodeURIComponent(text)}`)
  expect(body).toBe('<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;</p>')
  if (kind !== 'xml') expect(header('content-type')).toBe('text/html; charset=utf-8')
})
