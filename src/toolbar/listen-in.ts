import { logEvents, queryEvents, templateEvents, templatePartEvents, type LogEvent } from '../base/events.ts'
import type { History } from './history.ts'
import { describeQuery } from './describe-query.ts'
import { keep, type LogLine, type RequestRecord, type Span, type TemplatePart } from './record.ts'
import { quietly } from './quietly.ts'
import { showContext, showValue } from './show-value.ts'

/**
 * Writes what the event channels tell into the record of the request it happened in.
 *
 * @param current the record of the request that runs at this moment
 * @param history where a log line written after the handlers finds its record, by its request's id
 * @returns a function that ends it
 */
export function listenIn(current: () => RequestRecord | undefined, history: History): () => void {
  const parts = new WeakMap<RequestRecord, Map<string, TemplatePart>>()
  const stops = [
    queryEvents.subscribe(
      quietly((event) => {
        const record = current()
        if (!record) return
        const span = spanOf(record, 'database', event, nameOf(event.command, event.collection))
        span.failed = event.failure !== undefined
        keep(record, 'queries', describeQuery(event, span))
      }),
    ),
    templatePartEvents.subscribe(
      quietly(({ name, file, from, how }) => {
        const record = current()
        if (!record) return
        const waiting = parts.get(record) ?? new Map<string, TemplatePart>()
        parts.set(record, waiting)
        const known = waiting.get(`${from} ${name}`)
        if (known) known.times++
        else waiting.set(`${from} ${name}`, { name, file, from, how, times: 1 })
      }),
    ),
    templateEvents.subscribe(
      quietly(({ name, file, ms, context }) => {
        const record = current()
        if (!record) return
        const waiting = parts.get(record) ?? new Map<string, TemplatePart>()
        const own = takeReachable(waiting, name)
        const startedAt = performance.now() - ms
        const span = spanOf(record, 'template', { startedAt, ms }, name)
        keep(record, 'templates', { name, file, span, parts: own, context: showContext(context) })
      }),
    ),
    logEvents.subscribe(
      quietly((event) => {
        const line = parseLine(event)
        if (!line) return
        const record = current() ?? history.list().find(({ requestId }) => requestId === line.requestId)
        if (record) keep(record, 'logs', toLogLine(line, record))
      }),
    ),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function nameOf(command: string, collection: string | undefined): string {
  return collection === undefined ? command : `${collection}.${command}`
}

function spanOf(
  record: RequestRecord,
  kind: Span['kind'],
  { startedAt, ms }: { startedAt: number; ms: number },
  name: string,
): Span {
  const start = Math.max(0, startedAt - record.startedAt)
  const span: Span = {
    kind,
    name,
    start,
    end: start + ms,
    depth: record.middleware.length + 1,
    failed: false,
  }
  keep(record, 'spans', span)
  return span
}

/** Takes what a page asked for, directly or by what it asked for; the rest belongs to a page still being rendered. */
function takeReachable(waiting: Map<string, TemplatePart>, page: string): TemplatePart[] {
  const names = new Set([page])
  // A Map's iteration meets what was added meanwhile, and parts come after those that asked for them.
  const taken: TemplatePart[] = []
  for (const [key, part] of waiting) {
    if (!names.has(part.from)) continue
    names.add(part.name)
    taken.push(part)
    waiting.delete(key)
  }
  return taken
}

type Line = { level: number; time: number; msg?: string; requestId?: string } & Record<string, unknown>

function parseLine({ line }: LogEvent): Line | undefined {
  try {
    return JSON.parse(line) as Line
  } catch {
    return undefined
  }
}

function toLogLine(line: Line, record: RequestRecord): LogLine {
  const { level, time, msg = '', requestId: _, pid: _pid, hostname: _host, ...rest } = line
  const error = rest['err'] as { stack?: unknown } | undefined
  const fields = Object.entries(rest).map(([name, value]) => ({
    name,
    // An error in a log line is its stack: anything else of it is said there too.
    value: name === 'err' && typeof error?.stack === 'string' ? error.stack : showValue(name, value),
  }))
  return { level, at: Math.max(0, time - record.at), message: showValue('message', msg), fields }
}
