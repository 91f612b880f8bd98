import { count } from '../base/text.ts'
import type { Terminal } from '../base/terminal.ts'

/** A line on a terminal that tells how far a long work is; nowhere else is anything printed. */
export interface Progress {
  /** Begins a part, of `total` documents when that is known. */
  start(label: string, total?: number): void
  add(documents: number): void
  /** Takes the line away. */
  end(): void
}

export function createProgress(terminal: Terminal): Progress {
  let label = ''
  let total: number | undefined
  let done = 0
  let drawn = 0
  const draw = (): void => {
    const now = performance.now()
    if (!terminal.isTTY || now - drawn < 100) return
    drawn = now
    terminal.write(`\r\u001B[K${lineOf(label, done, total, terminal.columns)}`)
  }
  return {
    start(text, known) {
      label = text
      total = known
      done = 0
      draw()
    },
    add(documents) {
      done += documents
      draw()
    },
    end() {
      if (drawn > 0) terminal.write('\r\u001B[K')
      drawn = 0
    },
  }
}

function lineOf(label: string, done: number, total: number | undefined, columns: number): string {
  const number = count(done, 'document')
  if (!total) return `${label}  ${number}`.slice(0, columns - 1)
  const share = Math.min(1, done / total)
  const bar = '#'.repeat(Math.floor(share * 20)).padEnd(20, '.')
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %  ${label}  ${number}`.slice(
    0,
    columns - 1,
  )
}
