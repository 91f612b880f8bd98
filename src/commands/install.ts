import { spawn, type ChildProcess } from 'node:child_process'
import type { Terminal } from '../base/terminal.ts'
import { interrupted } from '../scaffold/index.ts'
import { installFailed } from './errors.ts'
import type { PackageManager } from './installers.ts'

export interface InstallOptions {
  env: NodeJS.ProcessEnv
  signal: AbortSignal
  progress: Terminal
}

/**
 * Installs a project's dependencies, telling how long it takes.
 * @throws TAO_INSTALL_FAILED with the package manager's own words; TAO_INTERRUPTED when the signal aborts it
 */
export async function installDependencies(
  root: string,
  manager: PackageManager,
  { env, signal, progress }: InstallOptions,
): Promise<void> {
  const words = manager === 'npm' ? ['install', '--no-fund', '--no-audit', '--loglevel=error'] : ['install']
  const typed = `${manager} install`
  const onWindows = process.platform === 'win32'
  const child = spawn(manager, words, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a script on Windows, which only a shell starts. Elsewhere it gets a process group of its own, so that
    // Ctrl-C reaches it through us alone and takes its children with it.
    shell: onWindows,
    detached: !onWindows,
  })
  const abort = (): void => endGroup(child)
  signal.addEventListener('abort', abort)
  const stopTelling = tellProgress(progress, typed)
  try {
    if (signal.aborted) abort()
    const { reason, output } = await outcomeOf(child, manager)
    if (signal.aborted) throw interrupted()
    if (reason !== undefined) throw installFailed(typed, reason, { details: { output } })
  } finally {
    signal.removeEventListener('abort', abort)
    stopTelling()
  }
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill()
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

async function outcomeOf(
  child: ChildProcess,
  manager: string,
): Promise<{ reason: string | undefined; output: string }> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-8000)))
  }
  return new Promise((done) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      done({
        reason:
          error.code === 'ENOENT'
            ? `could not start: ${manager} is not installed`
            : `could not start: ${error.message}`,
        output,
      })
    })
    child.once('close', (code, signal) => {
      if (code === 0) done({ reason: undefined, output })
      else
        done({
          reason: `${signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`}${lastWords(output)}`,
          output,
        })
    })
  })
}

/** The line that says why, of the many that a package manager prints. */
function lastWords(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^(?:npm )?(?:error|ERR!|ERR_PNPM_\w+)\s*/, '').trim())
    .filter((line) => line !== '' && !/^(?:code |npm |A complete log|at )/.test(line))
  const telling =
    lines.find((line) => /error|not found|denied|ENO|E\d{3}|failed|unable/i.test(line)) ?? lines.at(-1)
  return telling === undefined ? '' : `: ${telling.slice(0, 200)}`
}

function tellProgress(out: Terminal, typed: string): () => void {
  const started = performance.now()
  const seconds = (): number => Math.round((performance.now() - started) / 1000)
  if (!out.isTTY) {
    out.line(`  install  ${typed} ...`)
    return () => {}
  }
  const tell = (): void => out.write(`\r${out.style('cyan', '  install')}  ${typed} ... ${seconds()} s `)
  tell()
  const timer = setInterval(tell, 1000)
  return () => {
    clearInterval(timer)
    out.write('\r\u001B[2K')
  }
}
