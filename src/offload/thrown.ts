import { TaoError, type Place } from '../base/errors.ts'
import { whyNotCloneable } from './why-not-cloneable.ts'

/** What a function threw, as it passes from thread to thread: only the plainest errors could do so themselves. */
export interface Thrown {
  /** For what is no error: the value itself. */
  readonly value?: unknown
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Its own properties, as far as they can be copied: `code`, `status` ... */
  readonly properties: Readonly<Record<string, unknown>>
  readonly cause?: Thrown | undefined
}

/** In a thread: what is to be sent of what was thrown. */
export function describeThrown(thrown: unknown, depth = 0): Thrown {
  if (!(thrown instanceof Error)) {
    const value = whyNotCloneable(thrown) === undefined ? thrown : String(thrown)
    return { value, name: '', message: '', stack: '', properties: {} }
  }
  const properties = Object.entries(thrown).filter(
    ([name, value]) => name !== 'cause' && whyNotCloneable(value) === undefined,
  )
  return {
    name: thrown.name,
    message: thrown.message,
    stack: thrown.stack ?? '',
    properties: Object.fromEntries(properties),
    cause: thrown.cause === undefined || depth > 4 ? undefined : describeThrown(thrown.cause, depth + 1),
  }
}

/**
 * In the thread that called: the error again, with the frames of the function, and below them those of the caller.
 *
 * @param caller the stack of the call
 */
export function restoreThrown(thrown: Thrown, caller: string): unknown {
  if (thrown.name === '' && 'value' in thrown) return thrown.value
  const cause = thrown.cause && restoreThrown(thrown.cause, '')
  const error = make(thrown, cause)
  const stack = [...ownLines(thrown.stack), ...caller.split('\n').slice(1)].join('\n')
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true })
  return error
}

function make({ name, message, properties }: Thrown, cause: unknown): Error {
  const { code } = properties
  if (name === 'TaoError' && typeof code === 'string') {
    const { hint, place, details, status, exitCode } = properties as Partial<TaoError> & { place?: Place }
    return new TaoError(
      { code, ...(status !== undefined && { status }), ...(exitCode !== undefined && { exitCode }) },
      message,
      { hint, place, details, cause },
    )
  }
  const error = new Error(message, cause === undefined ? undefined : { cause })
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  return Object.assign(error, properties)
}

/** Without what stands below the function: the thread's own machinery. */
function ownLines(stack: string): string[] {
  const lines = stack.split('\n')
  const end = lines.findIndex((line) => /^\s+at .*[\\/]offload[\\/]thread\.[jt]s/.test(line))
  return end < 0 ? lines : lines.slice(0, end)
}
