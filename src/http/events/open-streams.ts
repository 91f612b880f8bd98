import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { HttpResponse } from '../response.ts'

/** The event streams that are being sent: they end when the server or their app does, since by themselves they never would. */
export interface OpenStreams {
  /**
   * Looks at an answer that was begun.
   * @param app whose route it came from
   */
  track(response: HttpResponse, raw: ServerResponse, app: string | undefined): void
  /** Ends the streams of an app that is turned off. */
  endThoseOf(app: string): void
  endAll(): void
}

export function createOpenStreams(): OpenStreams {
  const open = new Map<ServerResponse, { body: Readable; app: string | undefined }>()
  let isEnding = false
  const end = (raw: ServerResponse, body: Readable): void => {
    body.unpipe(raw)
    raw.end()
    body.destroy()
  }
  return {
    track({ headers, body }, raw, app) {
      if (!(body instanceof Readable) || raw.writableEnded) return
      if (!headers.get('content-type')?.startsWith('text/event-stream')) return
      if (isEnding) return end(raw, body)
      open.set(raw, { body, app })
      raw.once('close', () => open.delete(raw))
    },
    endThoseOf(app) {
      for (const [raw, one] of open) if (one.app === app) end(raw, one.body)
    },
    endAll() {
      isEnding = true
      for (const [raw, { body }] of open) end(raw, body)
    },
  }
}
