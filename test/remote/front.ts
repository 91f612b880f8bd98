import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import type { AddressInfo, Server as TcpServer } from 'node:net'
import { onTestFinished } from 'vitest'
import type { TestClient, TestClientOptions } from '../../src/testing/index.ts'
import { startSite } from '../start-site.ts'

/** A server that is no tao: an address, and what it was sent. */
export async function startRemote(answer: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer({ keepAliveTimeout: 60_000 }, answer)
  return { url: await listen(server), server }
}

export async function listen(server: Server | TcpServer, scheme: string = 'http'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export interface Front {
  client: TestClient
  url: string
  /** One request over a socket. */
  ask(path: string, options?: Ask): Promise<Answer>
}

interface Ask {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
  /** Whether it was cut off in its middle. */
  cut: boolean
}

interface FrontOptions extends Pick<TestClientOptions, 'flags' | 'logStream'> {
  /** Further settings, as source text. */
  more?: string
  port?: number
}

/** A site whose app blog is served from elsewhere. */
export async function startFront(
  remote: unknown,
  files: Record<string, string> = {},
  { more = '', port = 0, ...options }: FrontOptions = {},
): Promise<Front> {
  const client = await startSite(
    {
      'settings.ts': `export default { ${more} apps: { blog: { remote: ${JSON.stringify(remote)} } } }`,
      'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', () => 'home')]`,
      ...files,
    },
    options,
  )
  const { url } = await client.site.listen({ host: '127.0.0.1', port })
  return { client, url, ask: (path, options) => ask(url, path, options) }
}

function ask(url: string, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', () => {})
      response.on('close', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: text,
          cut: !response.complete,
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
