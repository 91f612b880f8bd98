import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { stopAccepting } from '../../src/base/stop-accepting.ts'

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** They have connected, and no turn of the loop has accepted them. */
async function connectMany(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  await new Promise<void>((resolve) => {
    process.nextTick(resolve)
  })
  return sockets
}

async function refusal(port: number): Promise<string | undefined> {
  const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException]
  return error.code
}

test('H15 who has connected is answered, though nobody had accepted it yet', async () => {
  const server = createHttpServer((_request, response) => response.end('yes'))
  const port = await listen(server)
  const clients = await connectMany(port, 50)
  const answers = clients.map((client) => {
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    return text(client)
  })
  await stopAccepting(server)
  expect(await refusal(port)).toBe('ECONNREFUSED')
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*yes/)
})

test('H15 a server that hands its connections on gets them as ever, and nothing of them was read', async () => {
  const accepted: Socket[] = []
  const server = createServer({ pauseOnConnect: true }, (socket) => accepted.push(socket))
  const port = await listen(server)
  for (const client of await connectMany(port, 20)) client.write('hello')
  await stopAccepting(server)
  expect(accepted).toHaveLength(20)
  expect(accepted.map(({ bytesRead }) => bytesRead)).toEqual(accepted.map(() => 0))
  accepted[0]!.resume()
  expect(String(await once(accepted[0]!, 'data'))).toBe('hello')
  for (const socket of accepted) socket.destroy()
})

test('it ends though clients never stop coming', async () => {
  const accepted: Socket[] = []
  const server = createServer((socket) => accepted.push(socket.destroy()))
  const port = await listen(server)
  let isOver = false
  const flood = (): void => {
    if (isOver) return
    const client = connect(port, '127.0.0.1').on('error', () => {})
    onTestFinished(() => void client.destroy())
    setImmediate(flood)
  }
  flood()
  let asked = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => asked++ * 100)
  await stopAccepting(server)
  clock.mockRestore()
  isOver = true
  expect(asked).toBe(4)
  expect(accepted.length).toBeGreaterThan(1)
  expect(accepted.length).toBeLessThan(10)
})
