import { brandInstances } from './brand.ts'

/** Where in the user's files an error comes from. Lines and columns count from 1. */
export interface Place {
  file: string
  line?: number | undefined
  column?: number | undefined
}

export interface TaoErrorOptions {
  /** What to do about it, one sentence or a command to type. */
  hint?: string | undefined
  place?: Place | undefined
  cause?: unknown
  /** Further data for programs: shown by `--json`, never in a production page. */
  details?: Record<string, unknown> | undefined
}

/**
 * An error a user of tao can cause. Its `code` is permanent, its message says what went wrong and why, its
 * `hint` what to do. It carries its own fate: `status` when it answers a request, `exitCode` when it ends a command.
 */
export class TaoError extends Error {
  readonly code: string
  readonly status: number
  readonly exitCode: number
  readonly hint: string | undefined
  readonly place: Place | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(definition: ErrorDefinition, message: string, options: TaoErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TaoError'
    this.code = definition.code
    this.status = definition.status ?? 500
    this.exitCode = definition.exitCode ?? 1
    this.hint = options.hint
    this.place = options.place
    this.details = options.details
  }
}

brandInstances(TaoError, 'tao1.error')

interface ErrorDefinition {
  code: string
  status?: number
  exitCode?: number
}

export interface ErrorFactory<Args extends unknown[]> {
  (...args: [...Args, TaoErrorOptions?]): TaoError
  readonly code: string
}

/**
 * Declares an error: `createError<[name: string]>('TAO_APP_UNKNOWN', (name) => ...)`. The result makes one when
 * called with the message's arguments and, last, `{ hint, place, cause, details }`.
 */
export function createError<Args extends unknown[] = []>(
  code: `TAO_${string}`,
  message: (...args: Args) => string,
  fate: { status?: number; exitCode?: number } = {},
): ErrorFactory<Args> {
  const make = (...given: unknown[]): TaoError => {
    const options = given.length > message.length ? (given.pop() as TaoErrorOptions | undefined) : undefined
    return new TaoError({ code, ...fate }, message(...(given as Args)), options)
  }
  return Object.assign(make, { code })
}

/** `file:line:column` as editors and terminals understand it. */
export function formatPlace(place: Place): string {
  return [place.file, place.line, place.line === undefined ? undefined : place.column]
    .filter((part) => part !== undefined)
    .join(':')
}
