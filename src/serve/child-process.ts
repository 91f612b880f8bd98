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
export interface Child {
  readonly pid: number
  /** @param socket travels with the message; the parent's copy stays open */
  send(message: ToChild, socket?: Socket): void
  /** @returns a function that ends the listening */
  listen(listener: (message: FromChild, socket: Socket | undefined) => void): () => void
  readonly ended: Promise<Ending>
  kill(): void
}

/**
 * Starts a child, which imports the framework and waits for its order.
 * @param root the project's folder
 */
export function startChild(root: string, env: NodeJS.ProcessEnv): Child {
  const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url)
  const child = fork(fileURLToPath(entry), [], {
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
        listener(message as FromChild, handle instanceof Socket ? handle : undefined)
      child.on('message', receive)
      return () => void child.off('message', receive)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
