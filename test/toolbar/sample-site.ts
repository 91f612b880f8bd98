import type { SiteFiles } from '../temp-site.ts'

/** A small shop of posts, with something for every panel of the toolbar. */
export const files: SiteFiles = {
  'settings.ts': `import { defineSettings } from 'tao1'
import { countVisits } from './visits.ts'
export default defineSettings({
  port: 0,
  middleware: [countVisits],
  public: { title: 'Tea and books' },
  extra: { pageSize: 20, mailPassword: 'never to be shown' },
})
`,
  'visits.ts': `export async function countVisits(request, next) {
  request.session.visits = (request.session.visits ?? 0) + 1
  return next()
}
`,
  'templ/layout.html': `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>{{ settings.public.title }}</title>
<style>body { margin: 3rem auto; max-width: 44rem; font: 17px/1.6 Georgia, serif } @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } a { color: #9cf } }</style></head>
<body>{% block main %}{% endblock %}
{% include "footer" %}
`,
  'templ/footer.html': '<footer><hr>{{ settings.public.title }}, since 1843</footer>',
  'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [
  route('GET', '/', views.index),
  route('GET', '/old', views.old),
  route('GET', '/boom', views.boom),
  route('GET', '/api', views.api),
  route('GET', '/strict', views.strict),
]
`,
  'views.ts': `import { html, redirect } from 'tao1'

const policy = "default-src 'none'; script-src 'nonce-q1w2e3'; style-src 'none'; frame-src 'none'"
export const strict = () => html('<!doctype html><title>Strict</title><link rel=icon href=data:,><p>Strict', { headers: { 'content-security-policy': policy } })
export const index = (request) => redirect('blog:index')
export const old = () => redirect('blog:index', {}, { status: 301 })
export const api = () => ({ ok: true })

export function boom(request) {
  request.log.warn({ basket: 7 }, 'This will not end well')
  throw new TypeError('The kettle is empty')
}
`,
  'apps/blog/routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [
  route('GET', '/blog', views.index),
  route('GET', '/blog/{id:int}', views.post),
  route('POST', '/blog', views.create),
  route('GET', '/blog/{page:path}', views.anything, 'anything'),
]
`,
  'apps/blog/middleware.ts': `async function onlyReaders(request, next) {
  await new Promise((resolve) => setTimeout(resolve, 2))
  return next()
}
export default [onlyReaders]
`,
  'apps/blog/panels.ts': `export default [
  {
    id: 'readers',
    title: 'Readers',
    template: 'blog:readers-panel',
    collect: (request) => ({ path: request.path, visits: request.session.visits }),
    badge: (record, collected) => collected?.visits,
    show: (record, site, collected) => ({ visits: collected?.visits }),
  },
]
`,
  'apps/blog/templ/readers-panel.html':
    '{% extends "tao-toolbar:panel.html" %}{% block panel %}<p class="lead">Visit number {{ visits }}</p>{% endblock %}',
  'apps/blog/templ/index.html': `{% extends "layout" %}
{% block main %}<h1>{{ title }}</h1>{% for post in posts %}<article><h2><a href="{{ url('blog:post', { id: post.n }) }}">{{ post.title }}</a></h2><p>by {{ post.author }}</p></article>{% endfor %}
<form method="post" action="{{ url('blog:create') }}"><input name="title" aria-label="Title"><input name="password" type="password" aria-label="Password"><button>Save</button></form>{% endblock %}
`,
  'apps/blog/views.ts': `import { NotFound, redirect, templ } from 'tao1'

export async function index(request) {
  const posts = request.db.collection('posts')
  if ((await posts.estimatedDocumentCount()) === 0) {
    await posts.insertMany([1, 2, 3].map((n) => ({ n, title: ['Of kettles', 'A leaf at a time', 'Steam'][n - 1], author: 'ann', date: new Date() })))
    await request.db.collection('people').insertOne({ name: 'ann', full: 'Ann Assam' })
  }
  const list = await posts.find({ author: { $in: ['ann', 'bob'] } }).sort({ date: -1 }).limit(20).toArray()
  request.log.info({ found: list.length }, 'Looked for posts')
  for (const post of list) {
    const person = await request.db.collection('people').findOne({ name: post.author, title: { $ne: post.title } })
    post.author = person.full
  }
  return templ('blog:index', request, { title: 'All the tea', posts: list, apiToken: 'not for eyes' })
}

export async function post(request) {
  const post = await request.db.collection('posts').findOne({ n: request.params.id })
  if (!post) throw new NotFound('No such post')
  return templ('blog:index', request, { title: post.title, posts: [post] })
}

export async function create(request) {
  const form = await request.form()
  await request.db.collection('posts').insertOne({ n: 4, title: form.get('title'), author: 'ann', date: new Date() })
  return redirect('blog:index')
}

export function anything() {
  throw new NotFound('Nothing of that name')
}
`,
}
