import formbody from '@fastify/formbody'
import files from '@fastify/static'
import view from '@fastify/view'
import createApp from 'fastify'
import { getIronSession } from 'iron-session'
import nunjucks from 'nunjucks'
import { join } from 'node:path'
import { items, search, sessionOptions } from '../items.js'
import { url } from '../paths.js'

const integer = { type: 'integer' }
const string = { type: 'string' }

function object(properties) {
  return { type: 'object', properties, required: Object.keys(properties) }
}

export async function start({ folder, moreRoutes }) {
  const app = createApp()
  await app.register(formbody)
  await app.register(files, { root: join(folder, 'static'), prefix: '/static/', maxAge: 3600_000 })
  await app.register(view, {
    engine: { nunjucks },
    templates: join(folder, 'templ'),
    options: { onConfigure: (environment) => environment.addGlobal('url', url) },
  })

  for (let i = 0; i < moreRoutes; i++) {
    app.get(
      `/area${i}/things/:id/parts`,
      { schema: { params: object({ id: integer }) } },
      (request) => request.params,
    )
  }
  app.get('/json', { schema: { response: { 200: object({ hello: string }) } } }, async () => ({
    hello: 'world',
  }))
  app.get(
    '/items/:id/:slug',
    {
      schema: {
        params: object({ id: integer, slug: string }),
        querystring: object({ page: integer }),
        response: { 200: object({ id: integer, slug: string, page: integer }) },
      },
    },
    async ({ params, query }) => ({ id: params.id, slug: params.slug, page: query.page }),
  )
  app.get('/page', (_, reply) => reply.view('page.html', { items, visitor: 'guest' }))
  app.get('/search', async ({ query }) => search(query.words))
  app.get('/account', async (request, reply) => {
    const { visitor } = await getIronSession(request.raw, reply.raw, sessionOptions)
    return reply.view('page.html', { items, visitor })
  })
  app.get('/login', async (request, reply) => {
    const session = await getIronSession(request.raw, reply.raw, sessionOptions)
    session.visitor = request.query.visitor
    await session.save()
    return 'welcome'
  })
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- this is Fastify
  app.post('/form', async (request) => request.body)

  await app.listen({ host: '127.0.0.1', port: 0 })
  return app.server.address().port
}
