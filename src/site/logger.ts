import { createRequire } from 'node:module'
import { pino, stdSerializers, type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { logEvents } from '../base/events.ts'
import type { LogSettings } from '../project/index.ts'

/**
 * The site's logger: readable lines on a terminal, one JSON object per line anywhere else.
 *
 * @param stream where to; standard error, so that standard output is left to commands
 * @param events publish every line on `tao:log`
 */
export function createLogger(
  settings: LogSettings,
  stream: NodeJS.WriteStream = process.stderr,
  events = false,
): Logger {
  const options: LoggerOptions = {
    level: settings.level,
    serializers: { err: stdSerializers.err },
    base: null,
    ...(events && { hooks: { streamWrite: publishLine } }),
  }
  const pretty = settings.format === 'pretty' || (settings.format === 'auto' && stream.isTTY)
  if (settings.level === 'silent' || !pretty) return pino(options, stream)
  // Loaded only where somebody looks: production has no use for it.
  const prettify = createRequire(import.meta.url)('pino-pretty') as (options: object) => DestinationStream
  const colorize = stream.isTTY && !process.env['NO_COLOR']
  return pino(
    options,
    prettify({ colorize, translateTime: 'SYS:HH:MM:ss', singleLine: true, destination: stream, sync: true }),
  )
}

function publishLine(line: string): string {
  if (logEvents.hasSubscribers) logEvents.publish({ line })
  return line
}
