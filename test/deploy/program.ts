import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Whether a program of the system is here; its tests are skipped where it is not. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`], { env: { PATH: systemPath } }).status === 0
}

/** nginx and supervisord lie in sbin, which is not in every user's PATH. */
export const systemPath: string = `${process.env['PATH']}:/usr/sbin:/sbin`

export interface RunningProgram {
  readonly child: ChildProcess
  readonly output: string
  /** Waits until what was printed matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<number | null>
}

/** Hears what is to be done at the end: of a test, or of all in a file that share what was started. */
export type AtEnd = (end: () => void | Promise<void>) => void

/** Starts a program that is told to end, and waited for, when the test is over. */
export function startProgram(
  program: string,
  words: readonly string[],
  atEnd: AtEnd = onTestFinished,
): RunningProgram {
  const child = spawn(program, words, { env: { PATH: systemPath } })
  let output = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const look of waiting) look()
    })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  atEnd(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return {
    child,
    ended,
    get output() {
      return output
    },
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output)
          if (found === null) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
        void ended.then(() => reject(new Error(`${program} ended without printing ${pattern}:\n${output}`)))
      }),
  }
}

/** A port nobody listens on just now: what writes it into a file cannot take port 0. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
