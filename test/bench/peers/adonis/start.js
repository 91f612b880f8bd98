import 'reflect-metadata'
import { pathToFileURL } from 'node:url'
import { Ignitor } from '@adonisjs/core'
import { defineConfig as defineBodyParser } from '@adonisjs/core/bodyparser'
import { defineConfig as defineEncryption, drivers } from '@adonisjs/core/encryption'
import { defineConfig as defineHash, drivers as hashes } from '@adonisjs/core/hash'
import { defineConfig as defineHttp } from '@adonisjs/core/http'
import { defineConfig as defineLogger } from '@adonisjs/core/logger'
import { defineConfig as defineSession, stores } from '@adonisjs/session'
import { defineConfig as defineStatic } from '@adonisjs/static'
import { items, sessionOptions } from '../items.js'

const config = {
  app: { appUrl: 'http://localhost', http: defineHttp({ generateRequestId: true }) },
  encryption: defineEncryption({
    default: 'gcm',
    list: { gcm: drivers.aes256gcm({ keys: [sessionOptions.password], id: 'gcm' }) },
  }),
  bodyparser: defineBodyParser({}),
  hash: defineHash({ default: 'scrypt', list: { scrypt: hashes.scrypt({}) } }),
  logger: defineLogger({ default: 'app', loggers: { app: { enabled: false } } }),
  session: defineSession({
    enabled: true,
    cookieName: sessionOptions.cookieName,
    age: '2h',
    cookie: { path: '/', httpOnly: true, secure: false, sameSite: 'lax' },
    store: 'cookie',
    stores: { cookie: stores.cookie() },
  }),
  static: defineStatic({
    enabled: true,
    etag: true,
    lastModified: true,
    dotFiles: 'ignore',
    maxAge: 3600_000,
  }),
}

class ShopController {
  json() {
    return { hello: 'world' }
  }

  item({ params, request }) {
    return { id: params.id, slug: params.slug, page: Number(request.qs().page) }
  }

  page({ view }) {
    return view.render('page', { items, visitor: 'guest' })
  }

  account({ view, session }) {
    return view.render('page', { items, visitor: session.get('visitor') })
  }

  login({ request, session }) {
    session.put('visitor', request.qs().visitor)
    return 'welcome'
  }

  form({ request }) {
    return request.body()
  }
}

export async function start({ folder, moreRoutes }) {
  const ignitor = new Ignitor(pathToFileURL(`${folder}/`), { importer: (path) => import(path) }).tap(
    (app) => {
      app.useConfig(config)
      app.rcContents({
        providers: [
          () => import('@adonisjs/core/providers/app_provider'),
          () => import('@adonisjs/core/providers/hash_provider'),
          () => import('@adonisjs/core/providers/edge_provider'),
          () => import('@adonisjs/session/session_provider'),
          () => import('@adonisjs/static/static_provider'),
        ],
        directories: { public: '.' },
        preloads: [() => routes(app, moreRoutes)],
      })
    },
  )
  process.env.HOST = '127.0.0.1'
  process.env.PORT = '0'
  const http = ignitor.httpServer()
  await http.start()
  const { default: server } = await import('@adonisjs/core/services/server')
  return server.getNodeServer().address().port
}

async function routes(app, moreRoutes) {
  const [{ default: router }, { default: server }, { default: edge }] = await Promise.all([
    import('@adonisjs/core/services/router'),
    import('@adonisjs/core/services/server'),
    import('edge.js'),
  ])
  edge.mount(new URL('views', import.meta.url))
  server.use([() => import('@adonisjs/static/static_middleware')])
  router.use([
    () => import('@adonisjs/core/bodyparser_middleware'),
    () => import('@adonisjs/session/session_middleware'),
  ])
  const number = router.matchers.number()
  for (let i = 0; i < moreRoutes; i++)
    router.get(`/area${i}/things/:id/parts`, ({ params }) => params).where('id', number)
  router.get('/json', [ShopController, 'json'])
  router.get('/items/:id/:slug', [ShopController, 'item']).where('id', number).as('item')
  router.get('/page', [ShopController, 'page']).as('page')
  router.get('/account', [ShopController, 'account']).as('account')
  router.get('/login', [ShopController, 'login'])
  router.post('/form', [ShopController, 'form'])
}
