import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { tempFolder } from '../scaffold/temp-folder.ts'

export const checkout: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')
export const bin: string = join(checkout, 'bin/tao.js')

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A process of the real command. */
export interface RunningTao {
  child: ChildProcess
  ended: Promise<Outcome>
  /** Waits until what was printed, on either stream, matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
}

interface Options {
  cwd: string
  env?: Record<string, string | undefined>
}

/** Starts the built command in a process of its own, which is gone when the test is. */
export function startTao(words: readonly string[], options: Options): RunningTao {
  return startNode([bin, ...words], options)
}

export function startNode(words: readonly string[], { cwd, env = {} }: Options): RunningTao {
  const { NODE_ENV: _mode, FORCE_COLOR: _colour, VITEST: _vitest, ...clean } = process.env
  const child = spawn(process.execPath, words, { cwd, env: { ...clean, ...env } })
  const output = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<Outcome>((done, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => done({ code, signal, ...output }))
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    ended,
    printed: (pattern) =>
      new Promise((done, fail) => {
        const look = (): void => {
          const found = pattern.exec(output.stdout + output.stderr)
          if (found === null) return
          waiting.delete(look)
          done(found)
        }
        waiting.add(look)
        look()
        void ended.then(() =>
          fail(new Error(`It ended without printing ${pattern}:\n${output.stdout}${output.stderr}`)),
        )
      }),
  }
}

/** Runs the built command to its end. */
export function tao(words: readonly string[], options: Options): Promise<Outcome> {
  return startTao(words, options).ended
}

/** Makes a project with the real command; its packages are those of this checkout. */
export async function makeProject(name: string = 'site', folder: string = tempFolder()): Promise<string> {
  const { code, stderr } = await tao(['new-project', name, '--no-install', '--no-git'], { cwd: folder })
  if (code !== 0) throw new Error(stderr)
  const root = join(folder, name)
  const packages = join(root, 'node_modules')
  mkdirSync(join(packages, '@types'), { recursive: true })
  symlinkSync(checkout, join(packages, 'tao1'), 'junction')
  for (const tool of ['vitest', 'typescript', '@types/node']) {
    symlinkSync(join(checkout, 'node_modules', tool), join(packages, tool), 'junction')
  }
  return root
}
