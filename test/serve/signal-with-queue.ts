import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Serving } from './serving.ts'

/**
 * Sends a signal while ten clients have connected whom nobody has accepted: the server stands still meanwhile.
 * @returns what each of them is answered
 */
export async function signalWithQueue(
  { process, url }: Serving,
  signal: NodeJS.Signals,
): Promise<Promise<string>[]> {
  process.kill('SIGSTOP')
  const clients = Array.from({ length: 10 }, () => connect(Number(new URL(url).port), '127.0.0.1'))
  await Promise.all(clients.map((client) => once(client, 'connect')))
  process.kill(signal)
  process.kill('SIGCONT')
  return clients.map((client) => {
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    return text(client)
  })
}
