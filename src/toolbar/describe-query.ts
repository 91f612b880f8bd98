import { serialize } from 'bson'
import type { QueryEvent } from '../base/events.ts'
import { EXPLAINABLE } from './explain-query.ts'
import { queryOutcome } from './query-outcome.ts'
import { PLUMBING, queryShape } from './query-shape.ts'
import type { QueryRun, Span } from './record.ts'
import { showValue } from './show-value.ts'

/** Commands are kept to be explained; one with a list of a thousand ids need not be. */
const LARGEST = 128 * 1024

/** A database command as the toolbar remembers it. */
export function describeQuery(event: QueryEvent, span: Span): QueryRun {
  const { command, database, collection, failure, reply, origin } = event
  const document = event.document as Record<string, unknown>
  return {
    command,
    database,
    collection,
    span,
    text: showValue('command', withoutPlumbing(document, command)),
    outcome: queryOutcome(command, reply),
    failure: failure === undefined ? undefined : failureText(failure),
    shape: queryShape(document),
    origin,
    bson: EXPLAINABLE.has(command) ? toBson(document) : undefined,
  }
}

/** Without what every command carries, and without its own name and collection, which stand above it. */
function withoutPlumbing(document: Record<string, unknown>, command: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(document)
      .filter(([name]) => !PLUMBING.has(name) && name !== command)
      // The driver makes a Map of a sort, for its order; it was written as an object.
      .map(([name, value]) => [name, value instanceof Map ? Object.fromEntries(value) : value]),
  )
}

function failureText(failure: unknown): string {
  return failure instanceof Error ? failure.message : showValue('failure', failure)
}

function toBson(document: Record<string, unknown>): Uint8Array | undefined {
  try {
    const bytes = serialize(document, { ignoreUndefined: true })
    return bytes.byteLength <= LARGEST ? bytes : undefined
  } catch {
    return undefined
  }
}
