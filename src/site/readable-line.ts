import { inspect, styleText } from 'node:util'
import { formatPlace, type Place } from '../base/errors.ts'
import { count } from '../base/text.ts'

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
  const stack = shortStack(err as LoggedError | undefined)
  const below = stack === undefined ? '' : `\n${stack.replace(/^/gm, '  ')}`
  return `${clock} ${style(labelStyle, label)}${words.join('  ')}${below}`
}

interface LoggedError {
  stack?: unknown
  place?: Place
}

/** Where tao's own code is. */
const tao = new URL('../', import.meta.url)

/** Of a stack of fifty frames the site's own are what somebody looks for. */
function shortStack(error: LoggedError | undefined): string | undefined {
  if (typeof error?.stack !== 'string') return undefined
  const lines = error.stack.split('\n')
  const isForeign = (line: string): boolean =>
    /^\s+at /.test(line) &&
    (/node:|[\\/]node_modules[\\/]/.test(line) || line.includes(tao.href) || line.includes(tao.pathname))
  const own = lines.filter((line) => !isForeign(line))
  const place = error.place?.file === undefined ? [] : [`    in ${formatPlace(error.place)}`]
  const first = own.findIndex((line) => /^\s+at /.test(line))
  if (first === -1 && place.length === 0) return error.stack
  const at = first === -1 ? own.length : first
  const left = lines.length - own.length
  const more = left === 0 ? [] : [`    and ${count(left, 'frame')} of tao, packages and Node`]
  return [...own.slice(0, at), ...place, ...own.slice(at), ...more].join('\n')
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 4 })
}

function isSaid(message: string, value: unknown): boolean {
  return (
    (typeof value === 'string' || typeof value === 'number') && message.split(' ').includes(String(value))
  )
}
