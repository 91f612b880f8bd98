import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const checkout = fileURLToPath(new URL('../../..', import.meta.url))

const VIEWS = `import { templ } from 'tao1'
import { items, search as find } from './items.js'

export const json = () => ({ hello: 'world' })

export const page = (request) => templ('page', request, { items, visitor: 'guest' })

export const search = (request) => find(request.query.get('words'))

export const account = (request) => templ('page', request, { items, visitor: request.session.visitor })

export const item = ({ params, args }) => ({ id: params.id, slug: params.slug, page: args.page })

export const login = (request) => {
  request.session.visitor = request.query.get('visitor')
  return 'welcome'
}

export const form = async (request) => Object.fromEntries(await request.form())
`

const ROUTES = `import { route } from 'tao1'
import * as views from './views.ts'

const page = { type: 'object', properties: { page: { type: 'integer' } }, required: ['page'] }

export default [
  ...Array.from({ length: MORE_ROUTES }, (_, i) =>
    route('GET', \`/area\${i}/things/{id:int}/parts\`, ({ params }) => params, \`area\${i}\`)),
  route('GET', '/json', views.json),
  route('GET', '/items/{id:int}/{slug}', views.item, { query: page }),
  route('GET', '/page', views.page),
  route('GET', '/search', views.search),
  route('GET', '/account', views.account),
  route('GET', '/login', views.login),
  route('POST', '/form', views.form),
]
`

/** Writes a site of tao; the other servers take the templates and static files from it. */
export function writeSite(folder: string, moreRoutes: number): void {
  mkdirSync(join(folder, 'templ'))
  for (const name of ['layout', 'menu', 'page']) {
    // Under a name that no formatter knows: what is measured is to stay as it is, to the byte.
    cpSync(join(here, 'templates', `${name}.njk`), join(folder, 'templ', `${name}.html`))
  }
  cpSync(join(here, 'items.js'), join(folder, 'items.js'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(checkout, join(folder, 'node_modules', 'tao1'), 'junction')
  mkdirSync(join(folder, 'static'))
  writeFileSync(join(folder, 'static', 'small.bin'), Buffer.alloc(8 << 10, 'small '))
  writeFileSync(join(folder, 'static', 'large.bin'), Buffer.alloc(1 << 20, 'large '))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'settings.ts'), 'export default {}\n')
  writeFileSync(join(folder, 'views.ts'), VIEWS)
  writeFileSync(join(folder, 'routes.ts'), ROUTES.replace('MORE_ROUTES', String(moreRoutes)))
}
