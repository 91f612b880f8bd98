import { expect, test } from 'vitest'
import { serveFreshSite } from './fresh-site.ts'
import { ask, type Answer } from './raw.ts'

const { site, server } = await serveFreshSite()
const { port } = server

const visit = (cookie?: string): Promise<Answer> =>
  ask(port, '/probe/visits', { headers: cookie === undefined ? {} : { Cookie: cookie } })
const cookieOf = (answer: Answer): string => answer.header('set-cookie')!.split(';')[0]!

test('H7 the cookie is sealed, HttpOnly, Lax, for the whole site, and Secure on https', async () => {
  const first = await visit()
  expect(first.all('set-cookie')).toHaveLength(1)
  const [pair, ...attributes] = first.header('set-cookie')!.split('; ')
  expect(pair).toMatch(/^session=Fe26\.2\*/)
  expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/', 'Secure']))
  expect(decodeURIComponent(pair!)).not.toContain('visits')
  expect(JSON.parse((await visit(pair)).body)).toMatchObject({ visits: 2 })
})

/** A cookie in 86 ways broken. */
function tampered(good: string): string[] {
  const [name, value] = good.split('=') as [string, string]
  const seal = decodeURIComponent(value)
  const pieces = seal.split('*')
  const changed = (at: number): string => {
    const letter = seal[at] === 'A' ? 'B' : 'A'
    return seal.slice(0, at) + letter + seal.slice(at + 1)
  }
  const replaced = (index: number, text: string): string =>
    pieces.map((piece, i) => (i === index ? text : piece)).join('*')
  const seals = [
    ...Array.from({ length: 20 }, (_, i) => changed(Math.floor((i * (seal.length - 3)) / 20))),
    ...pieces.map((_, i) => replaced(i, '')),
    ...pieces.map((_, i) => replaced(i, '__proto__')),
    ...pieces.map((_, i) => replaced(i, 'constructor')),
    ...pieces.map((_, i) => pieces.filter((_one, other) => other !== i).join('*')),
    ...pieces.map((_, i) => seal.slice(0, Math.floor((seal.length * (i + 1)) / 10))),
    replaced(0, 'Fe26.1'),
    replaced(0, 'Fe27.2'),
    replaced(1, '999'),
    replaced(1, '-1'),
    replaced(1, 'toString'),
    replaced(5, '1'),
    replaced(5, '0'),
    replaced(5, 'NaN'),
    replaced(5, '-1'),
    `${seal}~1`,
    `${seal}*`,
    `*${seal}`,
    seal + seal,
    seal.toLowerCase(),
    Buffer.from(seal).reverse().toString(),
    'null',
    '{}',
    '%00',
    '%ff',
    '%',
    '*'.repeat(9),
    'x'.repeat(4096),
    'x'.repeat(12_000),
    '"',
    ';',
    '',
  ]
  return seals.map((one) => `${name}=${/[%;"]/.test(one) && one.length < 4 ? one : encodeURIComponent(one)}`)
}

test('H7 86 broken cookies are visitors without a session, none a 5xx', async () => {
  const good = cookieOf(await visit())
  const cookies = tampered(good).slice(0, 86)
  expect(cookies).toHaveLength(86)
  const wrong: [string, number, string][] = []
  for (const cookie of cookies) {
    const { status, body } = await visit(cookie)
    const isGood = cookie === good || cookie === `${good}~1`
    if (status !== 200 || (!isGood && JSON.parse(body).visits !== 1)) wrong.push([cookie, status, body])
  }
  expect(wrong).toEqual([])
  expect(JSON.parse((await visit(good)).body)).toMatchObject({ visits: 2 })
})

test('H7 a login is a new seal, and the old one knows nothing of it', async () => {
  const before = cookieOf(await visit())
  const login = await ask(port, '/probe/login', {
    method: 'POST',
    headers: { Cookie: before, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'name=Ann',
  })
  const after = cookieOf(login)
  expect(after).not.toBe(before)
  expect(JSON.parse((await visit(after)).body)).toMatchObject({ name: 'Ann' })
  expect(JSON.parse((await visit(before)).body)).toMatchObject({ name: null })
})

test('H7 keys rotate: what an old key sealed opens, what a foreign one did does not', async () => {
  const [, key] = /^SECRET_KEY=(.*)$/m.exec(
    (await import('node:fs')).readFileSync(`${site.root}/.env`, 'utf8'),
  )!
  const cookie = cookieOf(await visit())
  const fresh = 'Kf3v9Wq0Lr8Zt2Xy6Bn4Mc1Hd7Jg5Ps0Aa9Qe2Ru4'
  const rotated = await site.serve({ SECRET_KEY: fresh, SECRET_KEY_FALLBACKS: key! })
  const foreign = await site.serve({ SECRET_KEY: fresh })
  const seen = async (at: number): Promise<unknown> =>
    JSON.parse((await ask(at, '/probe/visits', { headers: { Cookie: cookie } })).body).visits
  expect([await seen(rotated.port), await seen(foreign.port)]).toEqual([2, 1])
  await Promise.all([rotated.stop(), foreign.stop()])
})

const ours = 'https://shop.example'
test.each([
  [{}, 303],
  [{ Origin: ours }, 303],
  [{ 'Sec-Fetch-Site': 'same-origin', Origin: ours }, 303],
  [{ 'Sec-Fetch-Site': 'none' }, 303],
  [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
  [{ 'Sec-Fetch-Site': 'same-site' }, 403],
  [{ 'Sec-Fetch-Site': 'cross-site', Origin: ours }, 403],
  [{ Origin: 'null' }, 403],
  [{ Origin: 'https://evil.example' }, 403],
  [{ Origin: 'https://shop.example.evil.example' }, 403],
  [{ Origin: 'https://shop.example:8443' }, 403],
  [{ Origin: 'https://www.shop.example' }, 403],
  [{ Origin: '' }, 403],
  [{ 'Sec-Fetch-Site': '' }, 403],
])('H6 a POST with %j is answered %i', async (headers: Record<string, string>, status) => {
  const answer = await ask(port, '/blog', {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `title=T${Math.random()}&text=x`,
  })
  expect(answer.status).toBe(status)
  if (status === 403) expect(answer.body).toContain('Cross-origin request refused')
})

test('H6 every unsafe method is looked at, safe ones are not', async () => {
  const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect([method, (await ask(port, '/probe/echo', { method, headers })).status]).toEqual([method, 403])
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    expect([method, (await ask(port, '/probe/echo', { method, headers })).status]).toEqual([method, 200])
})
