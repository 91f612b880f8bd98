import { expect, test } from 'vitest'
import { startSite } from '../start-site.ts'

const NOTES = `import { resource, action } from 'tao1'
const kept = new Map([['1', 'one']])
class Notes {
  count = 0
  list() { this.count++; return [...kept.keys(), this.count] }
  create() { return { created: true } }
  show(request) { return { id: request.params.id, text: kept.get(String(request.params.id)) ?? null } }
  update(request) { return { updated: request.params.id, by: request.method } }
  remove(request) { return { removed: request.params.id } }
  archive = action('POST', '/{id}/archive', async (request) => ({ archived: request.params.id }))
  helper() { return 'no route' }
}
`

test('#19 the methods of a class are routes', async () => {
  const client = await startSite({
    'apps/notes/routes.ts': `${NOTES}export default [resource('/notes', Notes)]`,
  })
  const ask = async (method: string, path: string): Promise<unknown> =>
    (await client.request(method, path)).json()
  expect(await ask('GET', '/notes')).toEqual(['1', 1])
  expect(await ask('GET', '/notes')).toEqual(['1', 2])
  expect(await ask('POST', '/notes')).toEqual({ created: true })
  expect(await ask('GET', '/notes/1')).toEqual({ id: '1', text: 'one' })
  expect(await ask('PUT', '/notes/1')).toEqual({ updated: '1', by: 'PUT' })
  expect(await ask('PATCH', '/notes/1')).toEqual({ updated: '1', by: 'PATCH' })
  expect(await ask('DELETE', '/notes/1')).toEqual({ removed: '1' })
  expect(await ask('POST', '/notes/1/archive')).toEqual({ archived: '1' })
  expect(client.site.routes.entries.map((entry) => entry.name)).toEqual([
    'notes:notes:list',
    'notes:notes:create',
    'notes:notes:show',
    'notes:notes:update',
    'notes:notes:remove',
    'notes:notes:archive',
  ])
})

test('#19 the methods of an object are routes; name, id and options are given', async () => {
  const client = await startSite({
    'apps/notes/routes.ts': `import { resource, Type } from 'tao1'
const notes = { show: (request) => ({ id: request.params.id }), create: (request) => request.body }
export default [resource('/', notes, { name: '', id: 'int', routes: { create: { body: Type.Object({ a: Type.Number() }) } } })]`,
  })
  expect(await (await client.get('/7')).json()).toEqual({ id: 7 })
  expect((await client.get('/x')).status).toBe(404)
  expect((await client.post('/', { json: { a: 'x' } })).status).toBe(400)
  expect(client.url('notes:show', { id: 3 })).toBe('/3')
})

test('#19 a resource without any method is an error with its place', async () => {
  await expect(
    startSite({ 'routes.ts': "import { resource } from 'tao1'\nexport default [resource('/x', {})]" }),
  ).rejects.toMatchObject({ code: 'TAO_ROUTE_CALL', place: { line: 2 } })
})
