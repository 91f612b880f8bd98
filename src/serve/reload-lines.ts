import type { Terminal } from '../base/terminal.ts'
import { count } from '../base/text.ts'
import type { AppSummary } from './messages.ts'

/** What `serve --reload` prints: one line for every change, with what it was, what was done and how long it took. */
export interface ReloadLines {
  listening(url: string): void
  restarted(files: readonly string[], ms: number): void
  /** @param live whether pages would have been told, had one been open */
  refreshed(
    files: readonly string[],
    what: 'pages reloaded' | 'styles swapped' | 'taken over',
    ms: number,
    live: boolean,
  ): void
  broken(title: string, text: string, files: readonly string[], ms: number): void
  app(app: AppSummary, url: string): void
  gone(app: string): void
  say: (sentence: string) => void
}

export function createReloadLines(terminal: Terminal, clock: () => Date): ReloadLines {
  const line = (text: string): void => {
    terminal.line(`${terminal.style('dim', clock().toTimeString().slice(0, 8))} ${text}`)
  }
  const after = (ms: number): string => terminal.style('dim', `in ${Math.max(1, Math.round(ms))} ms`)

  return {
    listening: (url) =>
      line(`Serving ${terminal.style('cyan', url)}, reloading on every save. Ctrl-C ends it.`),
    restarted: (files, ms) =>
      line(`${list(files)} changed: ${terminal.style('green', 'restarted')} ${after(ms)}`),
    refreshed(files, what, ms, live) {
      const unseen = what === 'taken over' && live ? ', no page is open' : ''
      line(`${list(files)} changed: ${terminal.style('green', what)} ${after(ms)}${unseen}`)
    },
    broken(title, text, files, ms) {
      const why = files.length === 0 ? '' : `${list(files)} changed: `
      line(`${why}${terminal.style(['red', 'bold'], title)} ${after(ms)}`)
      terminal.line(text.replace(/^/gm, '  '))
    },
    app: ({ name, path }, url) => {
      line(
        `New app ${terminal.style('bold', name)}${path === undefined ? '' : `: ${terminal.style('cyan', url + path)}`}`,
      )
    },
    gone: (app) => line(`App ${terminal.style('bold', app)} is gone`),
    say: line,
  }
}

function list(files: readonly string[]): string {
  if (files.length === 0) return 'Something'
  const [first, second] = files
  if (files.length === 1) return first!
  return files.length === 2
    ? `${first} and ${second}`
    : `${first} and ${count(files.length - 1, 'more file')}`
}
