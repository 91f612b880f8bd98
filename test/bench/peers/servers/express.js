// oxlint-disable oxc/no-async-endpoint-handlers -- Express 5 catches what they reject with
import { once } from 'node:events'
import { join } from 'node:path'
import express from 'express'
import { getIronSession } from 'iron-session'
import nunjucks from 'nunjucks'
import { items, sessionOptions } from '../items.js'
import { url } from '../paths.js'

export async function start({ folder, moreRoutes }) {
  const app = express()
  app.set('env', 'production')
  app.enable('view cache')
  app.disable('x-powered-by')
  app.disable('etag')
  nunjucks.configure(join(folder, 'templ'), { express: app }).addGlobal('url', url)

  for (let i = 0; i < moreRoutes; i++) {
    app.get(`/area${i}/things/:id/parts`, (request, response) => {
      response.json({ id: Number(request.params.id) })
    })
  }
  app.get('/json', (_, response) => {
    response.json({ hello: 'world' })
  })
  app.get('/items/:id/:slug', (request, response, next) => {
    const { id, slug } = request.params
    const { page } = request.query
    if (!/^\d+$/.test(id) || !/^\d+$/.test(page)) return next('route')
    response.json({ id: Number(id), slug, page: Number(page) })
  })
  app.get('/page', (_, response) => {
    response.render('page.html', { items, visitor: 'guest' })
  })
  app.get('/account', async (request, response) => {
    const { visitor } = await getIronSession(request, response, sessionOptions)
    response.render('page.html', { items, visitor })
  })
  app.get('/login', async (request, response) => {
    const session = await getIronSession(request, response, sessionOptions)
    session.visitor = request.query.visitor
    await session.save()
    response.send('welcome')
  })
  app.post('/form', express.urlencoded({ extended: false }), (request, response) => {
    response.json(request.body)
  })
  app.use('/static', express.static(join(folder, 'static'), { maxAge: 3600_000 }))

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}
