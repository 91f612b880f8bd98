import 'reflect-metadata'
import { join } from 'node:path'
import {
  Controller,
  Get,
  HttpCode,
  Module,
  Param,
  ParseIntPipe,
  Post,
  Body,
  Query,
  Render,
  Req,
  Res,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { getIronSession } from 'iron-session'
import nunjucks from 'nunjucks'
import { items, sessionOptions } from '../items.js'
import { url } from '../paths.js'

/** Applies decorators as the TypeScript compiler would: this file is run as it is. */
function decorate(type, name, decorators, parameters = []) {
  for (const [index, decorator] of parameters.entries()) decorator?.(type.prototype, name, index)
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name)
  for (const decorator of decorators) decorator(type.prototype, name, descriptor)
}

class ShopController {
  json() {
    return { hello: 'world' }
  }

  item(id, slug, page) {
    return { id, slug, page }
  }

  page() {
    return { items, visitor: 'guest' }
  }

  async account(request, reply) {
    const { visitor } = await getIronSession(request.raw, reply.raw, sessionOptions)
    return { items, visitor }
  }

  async login(request, reply, visitor) {
    const session = await getIronSession(request.raw, reply.raw, sessionOptions)
    session.visitor = visitor
    await session.save()
    return 'welcome'
  }

  form(body) {
    return body
  }
}

const reply = Res({ passthrough: true })
decorate(ShopController, 'json', [Get('json')])
decorate(
  ShopController,
  'item',
  [Get('items/:id/:slug')],
  [Param('id', ParseIntPipe), Param('slug'), Query('page', ParseIntPipe)],
)
decorate(ShopController, 'page', [Get('page'), Render('page.html')])
decorate(ShopController, 'account', [Get('account'), Render('page.html')], [Req(), reply])
decorate(ShopController, 'login', [Get('login')], [Req(), reply, Query('visitor')])
decorate(ShopController, 'form', [Post('form'), HttpCode(200)], [Body()])
Controller()(ShopController)

function areaController(count) {
  // oxlint-disable-next-line typescript/no-extraneous-class -- Nest asks for a class to hang decorators on
  class AreaController {}
  for (let i = 0; i < count; i++) {
    AreaController.prototype[`part${i}`] = (id) => ({ id })
    decorate(AreaController, `part${i}`, [Get(`area${i}/things/:id/parts`)], [Param('id', ParseIntPipe)])
  }
  Controller()(AreaController)
  return AreaController
}

export async function start({ folder, moreRoutes }) {
  // oxlint-disable-next-line typescript/no-extraneous-class -- Nest asks for a class to hang decorators on
  class ShopModule {}
  Module({ controllers: [areaController(moreRoutes), ShopController] })(ShopModule)
  const app = await NestFactory.create(ShopModule, new FastifyAdapter(), { logger: false })
  app.useStaticAssets({ root: join(folder, 'static'), prefix: '/static/', maxAge: 3600_000 })
  app.setViewEngine({
    engine: { nunjucks },
    templates: join(folder, 'templ'),
    options: { onConfigure: (environment) => environment.addGlobal('url', url) },
  })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}
