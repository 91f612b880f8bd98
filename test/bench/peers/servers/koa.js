import { once } from 'node:events'
import { join } from 'node:path'
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import { getIronSession } from 'iron-session'
import Koa from 'koa'
import files from 'koa-static'
import nunjucks from 'nunjucks'
import { items, sessionOptions } from '../items.js'

export async function start({ folder, moreRoutes }) {
  const app = new Koa()
  // Else it writes a line for every connection that the measuring ends.
  app.silent = true
  const router = new Router()
  const pages = nunjucks.configure(join(folder, 'templ'))
  pages.addGlobal('url', (name, params) => router.url(name, params ?? {}))

  for (let i = 0; i < moreRoutes; i++) {
    router.get(`/area${i}/things/:id/parts`, (ctx) => {
      ctx.body = { id: Number(ctx.params.id) }
    })
  }
  router.get('/json', (ctx) => {
    ctx.body = { hello: 'world' }
  })
  router.get('item', '/items/:id/:slug', (ctx) => {
    const { id, slug } = ctx.params
    ctx.assert(/^\d+$/.test(id) && /^\d+$/.test(ctx.query.page), 404)
    ctx.body = { id: Number(id), slug, page: Number(ctx.query.page) }
  })
  router.get('page', '/page', (ctx) => {
    ctx.type = 'html'
    ctx.body = pages.render('page.html', { items, visitor: 'guest' })
  })
  router.get('account', '/account', async (ctx) => {
    const { visitor } = await getIronSession(ctx.req, ctx.res, sessionOptions)
    ctx.type = 'html'
    ctx.body = pages.render('page.html', { items, visitor })
  })
  router.get('/login', async (ctx) => {
    const session = await getIronSession(ctx.req, ctx.res, sessionOptions)
    session.visitor = ctx.query.visitor
    await session.save()
    ctx.body = 'welcome'
  })
  router.post('/form', bodyParser(), (ctx) => {
    ctx.body = ctx.request.body
  })

  app.use(router.routes())
  const site = files(folder, { maxage: 3600_000 })
  app.use((ctx, next) => (ctx.path.startsWith('/static/') ? site(ctx, next) : next()))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}
