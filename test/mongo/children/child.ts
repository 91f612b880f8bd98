import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly process: ChildProcessWithoutNullStreams
  /** The next line it says. @throws when it ends first, with what it said on stderr */
  line(): Promise<string>
  kill(): Promise<void>
}

/** Starts one of the scripts beside this file in a process of its own. */
export function startChild(name: string, ...args: string[]): Child {
  const script = fileURLToPath(new URL(`${name}.js`, import.meta.url))
  const child = spawn(process.execPath, [script, ...args])
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const ended = once(child, 'exit')
  return {
    process: child,
    async line() {
      const step = await lines.next()
      if (step.done) throw new Error(`${name} ended: ${complaint}`)
      return step.value
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
