import { chmodSync, existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { checkSite, type Finding, type InspectOptions } from '../../src/checks/index.ts'
import { makeFolder } from '../project/temp-project.ts'

const secret = 'Zq3vK8sLw0pXn7RtYb5mHc2dJf9gAe4uTi6oQk1'

/** A sound site of one app, in which every part is used. */
export const soundSite: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "site", "type": "module" }',
  '.env': `SECRET_KEY=${secret}\n`,
  'settings.ts': `import { defineSettings } from 'tao1'\nexport default defineSettings({})\n`,
  'routes.ts': `import { route } from 'tao1'\nimport * as views from './views.ts'\nexport default [route('GET', '/', views.index)]\n`,
  'views.ts': `import { templ, type Request } from 'tao1'\nexport function index(request: Request) {\n  return templ('index', request)\n}\n`,
  'templ/layout.html': `<link href="{{ static('site.css') }}"><a href="{{ url('blog:post', { slug: 'a' }) }}">{% block body %}{% endblock %}`,
  'templ/index.html': `{% extends "layout" %}{% block body %}{{ "x" | upper }}{% endblock %}`,
  'templ/404.html': 'no',
  'static/site.css': '',
  'apps/blog/routes.ts': `import { route } from 'tao1'\nimport * as views from './views.ts'\nexport default [\n  route('GET', '/blog', views.index),\n  route('GET', '/blog/{slug}', views.post),\n]\n`,
  'apps/blog/views.ts': `import { redirect, templ, type Request } from 'tao1'\nexport const index = (request: Request) => templ('blog:index', request)\nexport const post = (request: Request) => redirect('blog:index')\n`,
  'apps/blog/templ/index.html': `{% extends "layout" %}{% include "./row" %}`,
  'apps/blog/templ/row.html': `<img src="{{ static('blog/a.png') }}">`,
  'apps/blog/static/a.png': '',
}

export interface Told {
  id: string
  message: string
  hint: string | undefined
  /** `file:line`, relative to the site. */
  at: string | undefined
}

/** Checks a sound site with these files changed, added or (null) taken away, but for static links and the build. */
export async function check(
  changes: Readonly<Record<string, string | null>>,
  options: Omit<Partial<InspectOptions>, 'root'> = {},
): Promise<Told[]> {
  const { findings, root } = await checkFiles(changes, options)
  return findings
    .filter(({ id }) => !['tao.W501', 'tao.I917'].includes(id))
    .map((finding) => tell(finding, root))
}

export async function checkFiles(
  changes: Readonly<Record<string, string | null>>,
  options: Omit<Partial<InspectOptions>, 'root'> = {},
): Promise<{ findings: Finding[]; root: string }> {
  const files = Object.entries({ ...soundSite, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  const root = realpathSync(makeFolder(Object.fromEntries(files)))
  // As new-project leaves it.
  if (existsSync(join(root, '.env'))) chmodSync(join(root, '.env'), 0o600)
  return { findings: await checkSite({ root, env: {}, ...options }), root }
}

function tell({ id, message, hint, place }: Finding, root: string): Told {
  const at =
    place && [place.file.replace(`${root}/`, ''), place.line].filter((part) => part !== undefined).join(':')
  return { id, message, hint, at }
}

/** A site that is fit for the world. */
export const deployed: Readonly<Record<string, string>> = {
  SITE_URL: 'https://example.com',
  TRUST_PROXY: 'loopback',
  DATABASE_URL: 'mongodb://db/site',
}
