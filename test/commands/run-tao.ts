import { Readable } from 'node:stream'
import { createTerminal } from '../../src/base/terminal.ts'
import type { CommandWorld } from '../../src/commands/command.ts'
import { runCommandLine } from '../../src/commands/run-command-line.ts'

export interface TaoResult {
  code: number
  stdout: string
  stderr: string
}

export interface TaoOptions {
  cwd?: string
  env?: Record<string, string | undefined>
  stdin?: string | Readable
  isTTY?: boolean
  signal?: AbortSignal
}

/** Where git is, and no tao that somebody installed. */
const systemPath = process.platform === 'win32' ? process.env['PATH'] : '/usr/bin:/bin'

/** Runs a command line in this process, with a world of its own. */
export async function runTao(words: readonly string[], options: TaoOptions = {}): Promise<TaoResult> {
  const { cwd = '/', env = { PATH: systemPath }, stdin = '', isTTY = false } = options
  const written = { stdout: '', stderr: '' }
  const terminal = (name: 'stdout' | 'stderr'): CommandWorld['stdout'] =>
    createTerminal({ isTTY, write: (text) => (written[name] += text) }, env)
  const world: CommandWorld = {
    cwd,
    env,
    stdin: typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [stdin]) : stdin,
    stdout: terminal('stdout'),
    stderr: terminal('stderr'),
    now: () => new Date('2026-11-21T00:00:00Z'),
    interruption: () => options.signal ?? new AbortController().signal,
  }
  const code = await runCommandLine(words, world, '9.8.7')
  return { code, ...written }
}
