import { HttpError } from './http-error.ts'

/** The answer of an app that is turned off. It is meant, and so neither a failure in the log nor an error page of development. */
export class AppOff extends HttpError {
  constructor({ message, retryAfter }: { readonly message: string; readonly retryAfter: number }) {
    super(503, message, { headers: { 'retry-after': String(retryAfter) } })
  }
}
