// What a second worker gives: requests per second of `tao serve --workers 2` as a ratio to `--workers 1`, and `tao serve` alone
// beside them, each a server of its own, in turns. The page of the comparison (W3) and JSON (W1), over 64 connections that are kept. The client takes part of
// the same cores: on two, a second worker can give what the client leaves. Aim for pages on two cores: 1.7.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ask, checkBody, get, load } from './load.ts'
import { writeSite } from './peers/write-site.ts'
import { compare } from './rounds.ts'

const tao = fileURLToPath(new URL('../../bin/tao.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
const servers: ChildProcess[] = []

/** Starts a server on a port of its own; without a number of workers it is one process. */
function serve(...words: string[]): Promise<number> {
  const server = spawn(process.execPath, [tao, 'serve', '--port', '0', ...words], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      SECRET_KEY: 'measuring needs a key of 32 characters and more',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  servers.push(server)
  return new Promise((resolve, reject) => {
    let said = ''
    server.stdout.on('data', (data: Buffer) => {
      said += String(data)
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    server.once('exit', (code) => reject(new Error(`tao serve ${words.join(' ')} ended with ${code}.`)))
  })
}

try {
  writeSite(folder, 0)
  writeFileSync(join(folder, 'settings.ts'), "export default { database: 'mongodb://127.0.0.1:9/none' }\n")
  const ports = new Map([
    ['1 worker', await serve('--workers', '1')],
    ['2 workers', await serve('--workers', '2')],
    ['one process, no primary', await serve()],
  ])
  for (const [title, path] of [
    ['A page', '/page'],
    ['JSON', '/json'],
  ] as const) {
    const request = get(path)
    const { body } = await ask([...ports.values()][0]!, request)
    for (const port of ports.values()) await checkBody({ port, request, body })
    await compare(
      title,
      [...ports].map(([name, port]) => ({
        name,
        measure: () => load({ port, request, body, milliseconds: 1000 }),
      })),
      9,
    )
  }
} finally {
  for (const server of servers) server.kill()
  rmSync(folder, { recursive: true })
}
