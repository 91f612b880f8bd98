import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startSite } from '../../start-site.ts'

const ROUTES = `import { route } from 'tao1'
const told = []
export default [
  route('POST', '/later', (request) => {
    void request.text().then((body) => told.push(body))
    return 'taken'
  }, 'later'),
  route('POST', '/sum', async (request) => [...await request.form()], 'sum'),
  route('GET', '/told', () => told, 'told'),
]`

/** Sends pieces one after the other, and when there is an answer the last one. */
async function send(pieces: readonly string[], last?: string): Promise<string> {
  const client = await startSite({ 'routes.ts': ROUTES })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8')
  for (const piece of pieces) {
    await new Promise((written) => socket.write(piece, written))
    await new Promise(setImmediate)
  }
  if (last !== undefined) {
    await once(socket, 'data')
    socket.write(last)
  }
  return await text(socket)
}

const HEAD = 'HTTP/1.1\r\nHost: localhost\r\n'
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n'
const LAST = `GET /told ${HEAD}Connection: close\r\n\r\n`

test('#9 a view that answers before its body was read still gets it', async () => {
  const post = `POST /later ${HEAD}Content-Length: 5\r\n\r\n`
  expect(await send([`${post}hello`], LAST)).toContain('["hello"]')
  expect(await send([post, 'hel', 'lo'], LAST)).toContain('["hello"]')
})

test('#9 a form comes the same in one piece with its head, in several, and in chunks', async () => {
  const post = `POST /sum ${HEAD}${FORM}Connection: close\r\n`
  const sum = '[["a","1"],["b","ü"]]'
  expect(await send([`${post}Content-Length: 12\r\n\r\na=1&b=%C3%BC`])).toContain(sum)
  expect(await send([`${post}Content-Length: 12\r\n\r\n`, 'a=1&b', '=%C3%BC'])).toContain(sum)
  expect(
    await send([`${post}Transfer-Encoding: chunked\r\n\r\n5\r\na=1&b\r\n7\r\n=%C3%BC\r\n0\r\n\r\n`]),
  ).toContain(sum)
})
