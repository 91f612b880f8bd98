import { outputFile, remove } from 'fs-extra/esm'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buildSite } from '../site/index.ts'
import { developmentHooks } from './development-hooks.ts'

/** How often each page is asked for: by then the engine has compiled what a start and a first answer run through. */
const rounds = 8

/**
 * Builds a small site of every kind of part and asks it for its pages, so that the user's site meets code that has run
 * before. It costs a spare some time while nobody waits for it, and saves that time at the next change.
 * @param goesOn asked between the steps; `false` when the spare has got its order
 */
export async function warmUp(goesOn: () => boolean): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'tao-warm-'))
  const removeNow = (): void => rmSync(root, { recursive: true, force: true })
  process.once('exit', removeNow)
  try {
    await writeSite(root)
    if (!goesOn()) return
    const site = await buildSite({
      root,
      mode: 'development',
      env: { SECRET_KEY: 'warm'.repeat(16) },
      development: await developmentHooks({ root, editor: undefined, generation: 0 }),
      logStream: new PassThrough().resume() as unknown as NodeJS.WriteStream,
    })
    site.warm()
    const path = join(root, 'socket')
    if (goesOn()) await site.listen({ path })
    for (let round = 0; round < rounds && goesOn(); round++) {
      for (const page of ['/', '/warm/1', '/static/a.css', '/missing']) await ask(path, page)
    }
    await site.close({ deadline: 0 })
  } catch {
    // A spare that is not warm is slower by the difference, and that is all.
  } finally {
    await remove(root)
    process.off('exit', removeNow)
  }
}

async function writeSite(root: string): Promise<void> {
  const index = JSON.stringify(new URL(`../index${extname(import.meta.url)}`, import.meta.url).href)
  const files: Record<string, string> = {
    'package.json': '{ "name": "warm", "type": "module" }',
    'settings.ts': `import { defineSettings } from ${index}
export default defineSettings({ database: 'memory:' })`,
    'routes.ts': `import { route } from ${index}
import * as views from './views.ts'
export default [route('GET', '/', views.index)]`,
    'views.ts': `import { templ, type Request } from ${index}
export async function index(request: Request) {
  const items = await request.db.collection('warm').find().toArray()
  return templ('index', request, { items: [1, 2, 3, ...items] })
}`,
    'templ/layout.html':
      '<html><head><title>{% block title %}{% endblock %}</title></head>{% block body %}{% endblock %}</html>',
    'templ/index.html': `{% extends 'layout' %}{% block body %}{% for item in items %}<a href="{{ url('warm:show', { id: item }) }}">{{ item }}</a>{% endfor %}{% endblock %}`,
    'static/a.css': 'a { color: red }',
    // The schema is there for what it loads: the spare is to have all that a site may ask for as it starts.
    'apps/warm/routes.ts': `import { route } from ${index}
import * as views from './views.ts'
export default [
  route('GET', '/warm/{id:int}', views.show),
  route('POST', '/warm', views.create, 'create', { body: views.Item }),
]`,
    'apps/warm/views.ts': `import { Type, type Request } from ${index}
export const Item = Type.Object({ title: Type.String({ minLength: 1 }) })
export function create(request: Request) {
  return request.json()
}
export function show(request: Request<{ id: number }>) {
  return { id: request.params.id, path: request.url('index') }
}`,
  }
  for (const [name, text] of Object.entries(files)) await outputFile(join(root, name), text)
}

function ask(socketPath: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath, path, headers: { host: 'localhost', accept: 'text/html' } },
      (response) => {
        response.resume()
        response.once('end', resolve)
      },
    )
    asked.once('error', reject)
    asked.end()
  })
}
