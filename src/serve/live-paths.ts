import type { IncomingMessage } from 'node:http'

/** Everything under it is answered by tao itself while it serves with --reload. */
const reserved = '/__tao__/'

export const liveScriptPath = '/__tao__/live.js'
export const liveEventsPath = '/__tao__/live'

export type LivePath = 'script' | 'events'

/** Which of the live browser's two paths a request asks for. */
export function livePathOf(request: IncomingMessage): LivePath | undefined {
  const { url = '' } = request
  if (!url.startsWith(reserved)) return undefined
  const path = url.split('?', 1)[0]
  if (path === liveScriptPath) return 'script'
  return path === liveEventsPath ? 'events' : undefined
}
