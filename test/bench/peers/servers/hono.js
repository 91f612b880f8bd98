import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { html as markup } from 'hono/html'
import { getIronSession } from 'iron-session'
import { items, sessionOptions } from '../items.js'
import { url } from '../paths.js'

// Hono's own way to write pages; not under its own name, by which formatters would change the markup.
function layout({ title, visitor, count, main }) {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<link rel="stylesheet" href="/static/shop.css">
</head>
<body>
${menu(visitor)}
<main>
${main}
</main>
<footer>${count} things for sale</footer>
</body>
</html>
`
}

function menu(visitor) {
  return markup`<nav>
<a href="${url('page')}">Things</a>
<a href="${url('account')}">Account</a>
<span>${visitor}</span>
</nav>
`
}

function line(item, i) {
  return markup`
<li class="${i === 0 ? 'first' : 'next'}"><a href="${url('item', item)}">${item.title}</a> <em>${item.note}</em></li>
`
}

function page(visitor) {
  const main = markup`
<h1>Things</h1>
<ul>
${items.map(line)}
</ul>
`
  return layout({ title: 'Things', visitor, count: items.length, main })
}

export async function start({ folder, moreRoutes }) {
  const app = new Hono()
  for (let i = 0; i < moreRoutes; i++) {
    app.get(`/area${i}/things/:id{[0-9]+}/parts`, (c) => c.json({ id: Number(c.req.param('id')) }))
  }
  app.get('/json', (c) => c.json({ hello: 'world' }))
  app.get('/items/:id{[0-9]+}/:slug', (c) =>
    c.json({ id: Number(c.req.param('id')), slug: c.req.param('slug'), page: Number(c.req.query('page')) }),
  )
  app.get('/page', (c) => c.html(page('guest')))
  app.get('/account', async (c) => {
    const { visitor } = await getIronSession(c.req.raw, c.res, sessionOptions)
    return c.html(page(visitor))
  })
  app.get('/login', async (c) => {
    const session = await getIronSession(c.req.raw, c.res, sessionOptions)
    session.visitor = c.req.query('visitor')
    await session.save()
    return c.text('welcome')
  })
  app.post('/form', async (c) => c.json(await c.req.parseBody()))
  app.use('/static/*', serveStatic({ root: folder }))

  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  return server.address().port
}
