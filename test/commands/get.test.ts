import { expect, test } from 'vitest'
import { tempSite } from '../temp-site.ts'
import { runTao } from './run-tao.ts'

function site(): string {
  return tempSite({
    'settings.ts': `export default { allowedHosts: ['.example.com', 'www.example.com'], database: 'memory:', secretKeys: ['k3k9dkalwo29vnbqpz0184kdjfu2mvlq'] }`,
    'routes.ts': `import { route, NotFound } from 'tao1'
export default [
  route('GET', '/', (request) => request.headers.get('x-word') ?? 'plain'),
  route('GET', '/gone', () => { throw new NotFound('It is gone.') }),
  route(['POST', 'PUT'], '/echo', async (request) => ({ method: request.method, json: await request.json() })),
  route('POST', '/form', async (request) => Object.fromEntries(await request.form())),
]`,
  })
}

test('the body goes to stdout, status, headers and time to stderr', async () => {
  const { code, stdout, stderr } = await runTao(['get', '/'], { cwd: site() })
  expect([code, stdout]).toEqual([0, 'plain'])
  expect(stderr).toMatch(/^200 OK {2}\d+\.\d ms\n/)
  expect(stderr).toMatch(/^content-type: text\/plain/m)
})

test('an answer of 400 and above is exit code 22', async () => {
  const cwd = site()
  expect(await runTao(['get', '/gone', '-q'], { cwd })).toMatchObject({
    code: 22,
    stdout: expect.stringContaining('It is gone.') as unknown,
    stderr: '',
  })
  expect((await runTao(['get', '/none', '-q'], { cwd })).code).toBe(22)
})

test('method, headers, JSON and forms are sent', async () => {
  const cwd = site()
  const send = async (...words: string[]): Promise<string> =>
    (await runTao(['get', '--quiet', ...words], { cwd })).stdout
  expect(await send('/', '-H', 'X-Word: hello there')).toBe('hello there')
  expect(JSON.parse(await send('/echo', '--json', '{"a":[1]}'))).toEqual({ method: 'POST', json: { a: [1] } })
  expect(JSON.parse(await send('/echo', '-X', 'PUT', '--json', '1'))).toEqual({ method: 'PUT', json: 1 })
  expect(JSON.parse(await send('/form', '-f', 'a=1=2', '-f', 'b='))).toEqual({ a: '1=2', b: '' })
})

test.each([
  [['/', '--json', '1', '-f', 'a=1'], /JSON or a form/],
  [['/', '-f', 'a'], /"a" is no field/],
  [['/', '-H', 'nonsense'], /"nonsense" is no header/],
  [['blog'], /"blog" is no path/],
])('tao get %j is wrong usage', async (words, message) => {
  const { code, stderr } = await runTao(['get', ...words], { cwd: site() })
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
})

test('--as is logged in as the user with that id, beside the cookies that were given', async () => {
  const cwd = tempSite({
    'settings.ts': `export default {
  database: 'memory:', secretKeys: ['k3k9dkalwo29vnbqpz0184kdjfu2mvlq'], siteUrl: 'https://example.com',
  auth: { load: (id) => (id === 7 || id === 'ann' ? { id, name: 'user ' + id } : undefined) },
}`,
    'routes.ts': `import { requireLogin, route } from 'tao1'
export default [route('GET', '/', (request) => [request.user.name, request.cookies.a], 'me', { middleware: requireLogin() })]`,
  })
  const as = async (...words: string[]): Promise<unknown> => {
    const { code, stdout } = await runTao(['get', '/', '-q', ...words], { cwd })
    return code === 0 ? JSON.parse(stdout) : code
  }
  expect(await as('--as', 'ann')).toEqual(['user ann', null])
  expect(await as('--as', '7', '-H', 'Cookie: a=b')).toEqual(['user 7', 'b'])
  expect(await as('-H', 'Accept: application/json')).toBe(22)
  const unknown = await runTao(['get', '/', '--as', 'bob'], { cwd })
  expect([unknown.code, unknown.stdout]).toEqual([1, ''])
  expect(unknown.stderr).toMatch(/There is no user "bob" in what settings.auth.load finds/)
})
