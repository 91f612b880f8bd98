import type { Socket } from 'node:net'

/** What the pages are told: newer code runs (or fails to), or files changed that need no restart. */
export type LiveEvent =
  | { type: 'state'; generation: number; changes: number }
  | { type: 'change'; what: 'template' | 'style' | 'static'; files: readonly string[]; changes: number }

/** The pages that wait for news. The parent keeps their connections, so no restart interrupts them. */
export interface LiveHub {
  /** Takes over a connection on which `GET /__tao__/live` was asked and not answered yet. */
  add(socket: Socket): void
  publish(event: LiveEvent): void
  readonly size: number
  end(): void
}

/** Often enough that a proxy between lets the connection be. */
const pingEvery = 20_000

/**
 * @param current the state that a page is told when it comes
 */
export function createLiveHub(current: () => LiveEvent): LiveHub {
  const pages = new Set<Socket>()
  const ping = setInterval(() => {
    for (const page of pages) page.write(': ping\n\n')
  }, pingEvery)
  ping.unref()

  return {
    get size() {
      return pages.size
    },
    add(socket) {
      pages.add(socket)
      socket.once('close', () => pages.delete(socket))
      socket.on('error', () => socket.destroy())
      socket.once('end', () => socket.end())
      socket.setNoDelay(true)
      socket.write(head + format(current()))
      socket.resume()
    },
    publish(event) {
      const text = format(event)
      for (const page of pages) page.write(text)
    },
    end() {
      clearInterval(ping)
      for (const page of pages) page.end()
    },
  }
}

/** Written by hand because the request was parsed in another process; the answer ends with its connection. */
const head = [
  'HTTP/1.1 200 OK',
  'Content-Type: text/event-stream; charset=utf-8',
  'Cache-Control: no-store',
  'X-Accel-Buffering: no',
  'X-Content-Type-Options: nosniff',
  'Connection: close',
  '',
  'retry: 300\n\n',
].join('\r\n')

function format(event: LiveEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`
}
