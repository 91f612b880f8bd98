import { STATUS_CODES } from 'node:http'
import { TaoError } from '../base/errors.ts'
import { HttpError } from './http-error.ts'

/** What an error means for the client, and for the log. */
export interface Fate {
  readonly status: number
  /** For the client: never of an error of ours. */
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
  readonly details: Readonly<Record<string, unknown>>
  /** The error itself, unwrapped. */
  readonly error: unknown
}

// What the driver throws when there is no server, it has gone or does not answer in time.
const DATABASE_AWAY = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoNotConnectedError',
  'MongoWaitQueueTimeoutError',
  'PoolClearedOnNetworkError',
])

export function classifyError(thrown: unknown): Fate {
  const error = unwrap(thrown)
  if (error instanceof HttpError) {
    const hidden = error.status >= 500 && error.status !== 503
    return {
      status: error.status,
      message: hidden ? STATUS_CODES[error.status]! : error.message,
      headers: error.headers,
      details: hidden ? {} : error.details,
      error,
    }
  }
  if (error instanceof TaoError && error.status < 500) {
    return { status: error.status, message: error.message, headers: {}, details: {}, error }
  }
  if (error instanceof TaoError && error.code === 'TAO_OFFLOAD_BUSY') {
    return {
      status: 503,
      message: 'There is too much to do just now.',
      headers: { 'retry-after': '5' },
      details: {},
      error,
    }
  }
  if (isDatabaseAway(error)) {
    return {
      status: 503,
      message: 'The database cannot be reached just now.',
      headers: { 'retry-after': '5' },
      details: {},
      error,
    }
  }
  if (isDatabaseFull(error)) {
    return {
      status: 503,
      message: 'The database has no room for more just now.',
      headers: { 'retry-after': '60' },
      details: {},
      error,
    }
  }
  return { status: 500, message: STATUS_CODES[500]!, headers: {}, details: {}, error }
}

/** Whether an error says that the database is away. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof TaoError && error.status === 503) return error.code.startsWith('TAO_DATABASE')
  return (
    error instanceof Error && (DATABASE_AWAY.has(error.name) || DATABASE_AWAY.has(error.constructor.name))
  )
}

/** MongoDB's code of a full disk, of a server as of the embedded store. */
const OUT_OF_DISK_SPACE = 14031

function isDatabaseFull(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === OUT_OF_DISK_SPACE
}

/** A template's error wraps what a view's value threw in it: an HttpError or a lost database stays what it is. */
function unwrap(error: unknown): unknown {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof HttpError || isDatabaseAway(inner) || isDatabaseFull(inner)) return inner
    if (!(inner instanceof TaoError) || !inner.code.startsWith('TAO_TEMPLATE')) break
  }
  return error
}
