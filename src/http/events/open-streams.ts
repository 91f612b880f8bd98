import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { HttpResponse } from '../response.ts'

/** The event streams that are being sent: they end when the server does, since by themselves they never would. */
export interface OpenStreams {
  /** Looks at an answer that was begun. */
  track(response: HttpResponse, raw: ServerResponse): void
  endAll(): void
}

export function createOpenStreams(): OpenStreams {
  const open = new Map<ServerResponse, Readable>()
  let isEnding = false
  const end = (raw: ServerResponse, body: Readable): void => {
    body.unpipe(raw)
    raw.end()
    body.destroy()
  }
  return {
    track({ headers, body }, raw) {
      if (!(body instanceof Readable) || raw.writableEnded) return
      if (!headers.get('content-type')?.startsWith('text/event-stream')) return
      if (isEnding) return end(raw, body)
      open.set(raw, body)
      raw.once('close', () => open.delete(raw))
    },
    endAll() {
      isEnding = true
      for (const [raw, body] of open) end(raw, body)
    },
  }
}
