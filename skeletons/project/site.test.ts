import { testClient } from 'tao1/testing'
import { afterAll, expect, test } from 'vitest'

// The whole site in this process, with an empty database of its own.
const client = await testClient()
afterAll(() => client.close())

test('the first page is there', async () => {
  const response = await client.get('/')
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('<h1>__title__</h1>')
})

test('its style sheet is there', async () => {
  const response = await client.get('/static/site.css')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/css')
})

test('an unknown page is answered with 404', async () => {
  const response = await client.get('/no-such-page')
  expect(response.status).toBe(404)
})
