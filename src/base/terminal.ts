import { styleText } from 'node:util'

/** What a terminal needs of a stream: tests hand in any writable. */
export interface TextOutput {
  write(text: string): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
}

type Environment = Record<string, string | undefined>
type Style = Parameters<typeof styleText>[0]

/** A place to print text: knows whether colours are wanted there and how wide it is. */
export interface Terminal {
  readonly colours: boolean
  readonly columns: number
  readonly isTTY: boolean
  write(text: string): void
  /** Writes the text and a line end. */
  line(text?: string): void
  /** The text in a style (`'green'`, `['bold', 'cyan']`), or as it is where colours are not wanted. */
  style(style: Style, text: string): string
}

/**
 * Wraps a stream for printing.
 * @param output where to print: `process.stdout`, or anything with `write`
 * @param env read for `FORCE_COLOR`, `NO_COLOR`, `TERM` and `COLUMNS`
 */
export function createTerminal(output: TextOutput, env: Environment): Terminal {
  const colours = wantsColours(output, env)
  return {
    colours,
    columns: Number.parseInt(env['COLUMNS'] ?? '', 10) || output.columns || 80,
    isTTY: output.isTTY === true,
    write: (text) => void output.write(text),
    line: (text = '') => void output.write(`${text}\n`),
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  }
}

/**
 * Whether colours are wanted: `FORCE_COLOR` decides when it is set (`0` and `false` mean no), then a non-empty
 * `NO_COLOR` and `TERM=dumb` forbid them, then a terminal has them. The order is Node's own. Source: no-color.org.
 */
export function wantsColours(output: TextOutput, env: Environment): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env['NO_COLOR']) return false
  return output.isTTY === true && env['TERM'] !== 'dumb'
}

/** Whether a person sits there to answer questions: a terminal on both sides, and nothing in the environment denies it. */
export function isInteractive(
  input: { isTTY?: boolean | undefined },
  output: TextOutput,
  env: Environment,
): boolean {
  if (env['CI'] || env['TAO_NO_INPUT'] || env['TERM'] === 'dumb') return false
  return input.isTTY === true && output.isTTY === true
}
