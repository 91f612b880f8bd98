import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** False on a machine without it, where what needs it is skipped. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0

/** A real server of Redis, gone when the test is. */
export interface RedisServer {
  readonly url: string
  /** Ends it as a crash does; what it kept is lost. */
  stop(): Promise<void>
  /** Starts it again, at the same address. */
  start(): Promise<void>
  /** It stands still: connections stay open and nothing is answered. */
  freeze(): void
  thaw(): void
}

/** @param where `tcp` for a port of 127.0.0.1, `unix` for a socket file */
export async function startRedis(
  where: 'tcp' | 'unix' = 'unix',
  options: readonly string[] = [],
): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tao-redis-'))
  const socket = join(folder, 'redis.sock')
  const port = where === 'tcp' ? await freePort() : 0
  let process: ChildProcess | undefined
  const stop = async (): Promise<void> => {
    if (process === undefined) return
    const ended = once(process, 'exit')
    process.kill('SIGKILL')
    process = undefined
    await ended
  }
  const start = async (): Promise<void> => {
    const address = where === 'tcp' ? [] : ['--unixsocket', socket]
    process = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', ...address, '--save', '', '--dir', folder, ...options],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let printed = ''
    for await (const chunk of process.stdout!.iterator({ destroyOnReturn: false })) {
      printed += String(chunk)
      if (/eady to accept connections|now ready to accept/.test(printed)) break
    }
    process.stdout!.resume()
  }
  onTestFinished(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await start()
  return {
    url: where === 'tcp' ? `redis://127.0.0.1:${port}` : `unix:${socket}`,
    stop,
    start,
    freeze: () => void process?.kill('SIGSTOP'),
    thaw: () => void process?.kill('SIGCONT'),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
