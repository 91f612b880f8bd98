import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createTerminal } from './base/terminal.ts'
import type { CommandWorld } from './commands/command.ts'
import { findLocalTao } from './commands/local-tao.ts'
import { runCommandLine } from './commands/run-command-line.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Runs the command line of this process and ends it. The only place that ends it.
 * @param words the words after `tao`
 */
export async function runCli(words: readonly string[]): Promise<void> {
  endQuietlyOnBrokenPipe()
  const cwd = currentFolder()
  const local = findLocalTao(cwd, words, root)
  if (local !== undefined) {
    await import(pathToFileURL(local).href)
    return
  }
  const interruption = createInterruption()
  const world: CommandWorld = {
    cwd,
    env: process.env,
    stdin: process.stdin,
    stdout: createTerminal(process.stdout, process.env),
    stderr: createTerminal(process.stderr, process.env),
    now: () => new Date(),
    interruption: interruption.listen,
  }
  const code = await runCommandLine(words, world, readVersion())
  await Promise.all([flush(process.stdout), flush(process.stderr)])
  process.exit(interruption.exitCode(code))
}

function currentFolder(): string {
  try {
    return process.cwd()
  } catch {
    process.stderr.write('error: The folder this was started in is gone.\nhint:  cd to another one.\n')
    process.exit(1)
  }
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return version
}

/** `tao routes | head` closes our stdout early: that is no error of ours or of the user. A full disk is told. */
function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit()
      const why = error.code === 'ENOSPC' ? 'its disk is full' : error.message
      if (stream === process.stdout) process.stderr.write(`error: The output cannot be written: ${why}.\n`)
      process.exit(1)
    })
  }
}

/** Output to a pipe is written later: a process that ends at once would cut it. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    stream.write('', () => done())
  })
}

interface Interruption {
  listen: () => AbortSignal
  exitCode: (code: number) => number
}

function createInterruption(): Interruption {
  const controller = new AbortController()
  let received: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | undefined
  let isListening = false
  const hear = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
    if (received !== undefined) process.exit(128 + constants.signals[signal])
    received = signal
    controller.abort()
  }
  return {
    listen: () => {
      if (!isListening)
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear)
      isListening = true
      return controller.signal
    },
    // A shell tells by 128 + n which signal ended a process: 130 is Ctrl-C.
    exitCode: (code) => (code === 130 && received !== undefined ? 128 + constants.signals[received] : code),
  }
}
