import { testClient, type TestClient } from 'tao1/testing'
import { afterAll, expect, test } from 'vitest'

const client = await testClient()
afterAll(() => client.close())

async function enter(guest: TestClient, name: string) {
  await guest.post('/', { form: { name, room: 'lobby' } })
  return guest.websocket(guest.url('chat:live', { room: 'lobby' }))
}

test('who has a name hears who is there and what is said', async () => {
  const ada = await enter(client, 'Ada')
  while (JSON.stringify(await ada.receiveJson()) !== '{"there":["Ada"]}');
  await ada.send('Hello')
  expect(await ada.receiveJson()).toEqual({ name: 'Ada', text: 'Hello' })
})

test('who has none does not', async () => {
  client.cookies.clear()
  await expect(client.websocket(client.url('chat:live', { room: 'lobby' }))).rejects.toThrow('403')
})
