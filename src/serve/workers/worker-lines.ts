import { describeError, reportToText, taoFolder } from '../../debug/index.ts'
import type { Terminal } from '../../base/terminal.ts'
import { count } from '../../base/text.ts'
import { nameServed } from '../tend-files.ts'
import type { SiteFacts } from './messages.ts'

/** What `serve --workers` prints: one line for each event. */
export interface WorkerLines {
  listening(site: SiteFacts, url: string, workers: number): void
  /** Something failed: a line, and below it what and where. */
  broken(title: string, error: Error): void
  say: (sentence: string) => void
}

export function createWorkerLines(terminal: Terminal, root: string, clock: () => Date): WorkerLines {
  const say = (text: string): void => {
    terminal.line(`${terminal.style('dim', clock().toTimeString().slice(0, 8))} ${text}`)
  }
  return {
    listening: (site, url, workers) =>
      say(
        `Serving ${nameServed(site)} at ${terminal.style('cyan', url)} with ${count(workers, 'worker')}. Ctrl-C ends it.`,
      ),
    broken(title, error) {
      say(terminal.style(['red', 'bold'], title))
      terminal.line(reportToText(describeError(error, { root, tao: taoFolder })).replace(/^/gm, '  '))
    },
    say,
  }
}
