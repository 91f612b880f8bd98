import { ServiceUnavailable } from './http-error.ts'
import type { Handler } from './compose.ts'

/** A handler that is answered for with 503 when it takes longer than so many seconds; 0 is no bound. */
export function withTimeout(handler: Handler, seconds: number): Handler {
  if (seconds <= 0) return handler
  return (request) => {
    const result = handler(request)
    if (!(result instanceof Promise)) return result
    // Not Promise.race and finally, which cost each asynchronous view more than all else that is done around it.
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // A view that took the socket (a WebSocket, a hijack) stays as long as it likes.
        if (request.hijacked) return
        const late = new ServiceUnavailable(`This took longer than ${seconds} s.`)
        reject(late)
        request.abort(late)
      }, seconds * 1000)
      result.then(
        (response) => {
          clearTimeout(timer)
          resolve(response)
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(error)
        },
      )
    })
  }
}
