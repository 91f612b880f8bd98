// How long the commands take that a user types most, against a Node that does nothing. Aims: --help and --version at most
// twice as long; a project without its dependencies in less than a second.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compare, type Contender } from './rounds.ts'

const tao = fileURLToPath(new URL('../../bin/tao.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
let count = 0

function time(name: string, args: () => string[]): Contender {
  return {
    name,
    async measure() {
      const start = performance.now()
      const { status } = spawnSync(process.execPath, args(), { cwd: folder, stdio: 'ignore' })
      if (status !== 0) throw new Error(`${name} ended with ${status}`)
      return 1000 / (performance.now() - start)
    },
  }
}

try {
  await compare(
    'Runs per second (half the rate is twice the time)',
    [
      time('node -e 0', () => ['-e', '0']),
      time('tao --version', () => [tao, '--version']),
      time('tao --help', () => [tao, '--help']),
      time('tao new-project site --no-install', () => [tao, 'new-project', `site${++count}`, '--no-install']),
    ],
    15,
  )
} finally {
  rmSync(folder, { recursive: true })
}
