import { inspect, styleText } from 'node:util'

/** A line as pino writes it, read again. */
export type LogLine = Readonly<Record<string, unknown>>

/** The usual level needs no word. Source: pino's numbers. */
const labels: Readonly<Record<number, [word: string, style: Parameters<typeof styleText>[0]]>> = {
  10: ['trace: ', 'dim'],
  20: ['debug: ', 'dim'],
  30: ['', 'reset'],
  40: ['warning: ', 'yellow'],
  50: ['error: ', 'red'],
  60: ['fatal: ', ['red', 'bold']],
}

/** A line of the log for a person: when, the message, what the message does not say yet, and below it the stack of an error. */
export function readableLine(line: LogLine, colours: boolean): string {
  const { level, time, msg = '', requestId: _id, err, ...rest } = line
  const style = (name: Parameters<typeof styleText>[0], text: string): string =>
    colours && text !== '' ? styleText(name, text, { validateStream: false }) : text
  const [label, labelStyle] = labels[level as number] ?? ['', 'reset']
  const message = String(msg)
  const more = Object.entries(rest)
    .filter(([, value]) => !isSaid(message, value))
    .map(([name, value]) => `${name}=${show(value)}`)
  const clock = style('dim', new Date(time as number).toTimeString().slice(0, 8))
  const words = [message, style('dim', more.join('  '))].filter((part) => part !== '')
  const stack = (err as { stack?: unknown } | undefined)?.stack
  const below = typeof stack === 'string' ? `\n${stack.replace(/^/gm, '  ')}` : ''
  return `${clock} ${style(labelStyle, label)}${words.join('  ')}${below}`
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 4 })
}

function isSaid(message: string, value: unknown): boolean {
  return (
    (typeof value === 'string' || typeof value === 'number') && message.split(' ').includes(String(value))
  )
}
