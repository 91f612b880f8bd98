import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { FromChild, ToChild } from './messages.ts'

/** How a process ended. */
export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A process of the parent's, seen from the parent. */
export interface ChildProcess<Sent, Heard> {
  readonly pid: number
  /** @param socket travels with the message; the parent's copy stays open */
  send(message: Sent, socket?: Socket): void
  /** @returns a function that ends the listening */
  listen(listener: (message: Heard, socket: Socket | undefined) => void): () => void
  readonly ended: Promise<Ending>
  kill(): void
  /** Lets go of it: it tidies up and ends by itself. */
  disconnect(): void
}

/** A process of `serve --reload`. */
export type Child = ChildProcess<ToChild, FromChild>

/** Starts a child, which imports the framework and waits for its order. */
export function startChild(root: string, env: NodeJS.ProcessEnv): Child {
  return startProcess('./child', root, env)
}

/**
 * Starts a process that listens to this one.
 * @param entry a module of this folder, without its extension
 * @param root the project's folder
 */
export function startProcess<Sent extends object, Heard extends object>(
  entry: './child' | './workers/worker',
  root: string,
  env: NodeJS.ProcessEnv,
): ChildProcess<Sent, Heard> {
  const module = new URL(`${entry}${extname(import.meta.url)}`, import.meta.url)
  const child = fork(fileURLToPath(module), [], {
    cwd: root,
    env,
    // Not this process's own flags: with `-e` among them every child would run the parent's script and have children
    // of its own without end, and one debugger's port cannot serve several. NODE_OPTIONS reaches them as ever.
    execArgv: [],
  })
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  return {
    pid: child.pid ?? 0,
    ended,
    send(message, socket) {
      if (!child.connected) return
      // A child that ends just now cannot be told anything; `ended` says so.
      child.send(message, socket, { keepOpen: true }, () => {})
    },
    listen(listener) {
      const receive = (message: unknown, handle: unknown): void =>
        listener(message as Heard, handle instanceof Socket ? handle : undefined)
      child.on('message', receive)
      return () => void child.off('message', receive)
    },
    kill: () => void child.kill('SIGKILL'),
    disconnect() {
      if (child.connected) child.disconnect()
    },
  }
}

/** How a process ended, as the end of a sentence. */
export function describeEnding({ code, signal }: Ending): string {
  return signal === null ? `with exit code ${code}` : `by ${signal}`
}
