import { fileURLToPath } from 'node:url'
import type { Place } from '../base/errors.ts'

/**
 * The place a function was called from, in the user's own file (source maps applied, when Node has them on).
 *
 * @param called the function whose caller is asked for; frames above it are left out
 */
export function callerPlace(called: (...args: never[]) => unknown): Place | undefined {
  const holder: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  Error.captureStackTrace(holder, called)
  // The stack is formatted when first read, so it is read before the limit goes back.
  const stack = holder.stack ?? ''
  Error.stackTraceLimit = limit
  const frame = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[a-zA-Z]:[\\/])[^()]*?):(\d+):(\d+)\)?\s*$/m.exec(
    stack,
  )
  if (!frame) return undefined
  const file = frame[1]!.startsWith('file://') ? fileURLToPath(frame[1]!.replace(/[?#].*$/, '')) : frame[1]!
  return { file, line: Number(frame[2]), column: Number(frame[3]) }
}
