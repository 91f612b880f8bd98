import { expect, test } from 'vitest'
import { createWorkerRelay } from '../../../src/serve/workers/worker-relay.ts'

test('a message is heard by those who listen to its topic, each as long as it listens', () => {
  const sent: unknown[] = []
  const heard: unknown[] = []
  const relay = createWorkerRelay((topic, message) => sent.push([topic, message]))
  const listener = (message: unknown): void => void heard.push(message)
  const first = relay.listen('room', listener)
  relay.listen('room', listener)
  relay.listen('cache', listener)
  relay.hear('room', 1, 7)
  first()
  first()
  relay.hear('room', 2, 7)
  relay.hear('nobody', 3, 7)
  expect(heard).toEqual([1, 1, 2])
  relay.post('room', { to: 'others' })
  expect([sent, heard.length]).toEqual([[['room', { to: 'others' }]], 3])
})
