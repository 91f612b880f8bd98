import { testClient } from 'tao1/testing'
import { afterAll, expect, test } from 'vitest'

// The whole site in this process, with an empty database of its own.
const client = await testClient()
afterAll(() => client.close())

test('the list says when it is empty', async () => {
  const response = await client.get('/__app__')
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('Nothing is here yet')
})

test('a new entry is listed and has a page of its own', async () => {
  const added = await client.post('/__app__', { form: { title: 'Hello, World!', text: 'The first one' } })
  expect(added.status).toBe(303)
  expect(added.headers.get('location')).toBe('/__app__/hello-world')

  const page = await client.get('/__app__/hello-world')
  expect(await page.text()).toContain('The first one')
  const list = await client.get('/__app__')
  expect(await list.text()).toContain('href="/__app__/hello-world"')
})

test('an entry with a title that is taken changes nothing', async () => {
  await client.post('/__app__', { form: { title: 'Taken', text: 'before' } })
  await client.post('/__app__', { form: { title: 'Taken', text: 'after' } })
  const page = await client.get('/__app__/taken')
  expect(await page.text()).toContain('before')
})

test('an entry without a title is refused', async () => {
  const response = await client.post('/__app__', { json: { text: 'no title' } })
  expect(response.status).toBe(400)
  expect(await client.db.collection('__app__.entries').countDocuments({ text: 'no title' })).toBe(0)
})

test('an unknown entry is answered with 404', async () => {
  const response = await client.get('/__app__/no-such-entry')
  expect(response.status).toBe(404)
})
