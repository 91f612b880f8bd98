import { expect, test } from 'vitest'
import { startSite } from '../start-site.ts'

const ROUTES = `import { route, redirect } from 'tao1'
export default [
  route('GET', '/', (request) => redirect(request.query.get('to')), 'home'),
  route('GET', '/named', () => redirect('post', { slug: 'a b' }, { query: { p: 1 }, status: 303 }), 'named'),
  route('GET', '/local', (request) => redirect.local(request.query.get('next'), '/fallback'), 'local'),
  route('GET', '/external', () => redirect.external('https://example.com/x'), 'external'),
  route('GET', '/post/{slug}', () => 'x', 'post'),
]`

test('#5 a redirect goes to a name, with params and query, or to a local path', async () => {
  const client = await startSite({ 'routes.ts': ROUTES })
  const named = await client.get('/named')
  expect([named.status, named.headers.get('location')]).toEqual([303, '/post/a%20b?p=1'])
  const path = await client.get('/?to=/x/y?z=1%23f')
  expect([path.status, path.headers.get('location')]).toEqual([302, '/x/y?z=1#f'])
  expect((await client.get('/?to=home')).headers.get('location')).toBe('/')
  expect((await client.get('/external')).headers.get('location')).toBe('https://example.com/x')
})

const HOSTILE = [
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/%09/evil.example',
  'javascript:alert(1)',
  'evil.example',
  '',
  ' /x',
  '/\t/evil.example',
  '/\n/evil',
  '/x\r\nset-cookie: a=1',
  'http:evil.example',
  '///evil.example',
  '/./\\evil',
  'hom',
]

test.each(HOSTILE)('H11 a redirect to %j leaves the site never, and is never a 5xx', async (target) => {
  const client = await startSite({ 'routes.ts': ROUTES })
  const strict = await client.get('/', { query: { to: target } })
  if (strict.status === 302) {
    const location = new URL(strict.headers.get('location')!, 'http://localhost')
    expect(location.origin).toBe('http://localhost')
    expect(strict.headers.get('location')).toMatch(/^\/(?![/\\])/)
  } else expect(strict.status).toBe(400)
  const local = await client.get('/local', { query: { next: target } })
  expect(local.status).toBe(302)
  expect(local.headers.get('location')).toMatch(/^\/(?![/\\])/)
})
