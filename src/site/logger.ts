import { createRequire } from 'node:module'
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { logEvents } from '../base/events.ts'
import type { LogSettings, Project } from '../project/index.ts'
import { describeLogged } from './describe-logged.ts'
import { errorsOfBuild } from './errors-of-build.ts'
import { readableLine, type LogLine } from './readable-line.ts'

/**
 * The site's logger: readable lines on a terminal and in development, one JSON object per line anywhere else.
 *
 * @param stream where to; standard error, so that standard output is left to commands
 * @param fields go into every line
 * @param project when its code is that of a build, stacks name the sources that it was made from
 * @param development lines are for a person wherever they go, and every one is published on `tao:log`
 */
export function createLogger(
  settings: LogSettings,
  stream: NodeJS.WriteStream = process.stderr,
  development = false,
  fields: Readonly<Record<string, unknown>> | null = null,
  project?: Pick<Project, 'root' | 'build'>,
): Logger {
  const options: LoggerOptions = {
    level: settings.level,
    serializers: {
      err: project?.build === undefined ? describeLogged : errorsOfBuild(project.root, project.build.folder),
    },
    base: fields,
    ...(development && { hooks: { streamWrite: publishLine } }),
  }
  const pretty = settings.format === 'pretty' || (settings.format === 'auto' && (stream.isTTY || development))
  if (settings.level === 'silent' || !pretty) return pino(options, stream)
  // Loaded only where somebody looks: production has no use for it.
  const prettify = createRequire(import.meta.url)('pino-pretty') as (options: object) => DestinationStream
  const colorize = stream.isTTY && !process.env['NO_COLOR']
  return pino(
    options,
    prettify({
      colorize,
      ignore: 'time,level',
      messageFormat: (line: LogLine) => readableLine(line, colorize),
      hideObject: true,
      destination: stream,
      sync: true,
    }),
  )
}

function publishLine(line: string): string {
  if (logEvents.hasSubscribers) logEvents.publish({ line })
  return line
}
