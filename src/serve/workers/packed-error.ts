import { TaoError, type Place } from '../../base/errors.ts'

/** An error as it crosses to another process. */
export interface PackedError {
  name: string
  message: string
  stack: string | undefined
  /** For one that a user can cause. */
  expected:
    | {
        code: string
        exitCode: number
        hint: string | undefined
        place: Place | undefined
        frame: string | undefined
      }
    | undefined
}

/** @param thrown an Error, or anything at all */
export function packError(thrown: unknown): PackedError {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: String(thrown), stack: undefined, expected: undefined }
  }
  const { name, message, stack } = thrown
  if (!(thrown instanceof TaoError)) return { name, message, stack, expected: undefined }
  const { code, exitCode, hint, place, details } = thrown
  const frame = details?.['frame']
  return {
    name,
    message,
    stack,
    expected: { code, exitCode, hint, place, frame: typeof frame === 'string' ? frame : undefined },
  }
}

/** The error again, with the stack it had where it was thrown. */
export function unpackError({ name, message, stack, expected }: PackedError): Error {
  const error =
    expected === undefined
      ? Object.assign(new Error(message), { name })
      : new TaoError(expected, message, {
          hint: expected.hint,
          place: expected.place,
          details: expected.frame === undefined ? undefined : { frame: expected.frame },
        })
  // What happened is told by where it was thrown, not by where it was unpacked.
  error.stack = stack ?? `${name}: ${message}`
  return error
}
