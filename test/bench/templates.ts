/*
 * How much quicker tao's code generator renders than nunjucks itself, on a page as most are: a layout, an include, a
 * loop of 20 items with escaped texts, URLs reversed through a global. Run it with:
 * node --import ./test/bench/typescript.js test/bench/templates.ts
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import nunjucks from 'nunjucks'
import { createTemplateEngine } from '../../src/templates/index.ts'

const TEMPLATES: Record<string, string> = {
  'templ/layout.html': `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{% block title %}Site{% endblock %}</title>
  <link rel="stylesheet" href="{{ asset('site.css') }}">
</head>
<body>
  <nav><a href="{{ url('index') }}">Home</a> <a href="{{ url('blog:index') }}">Blog</a></nav>
  <main>{% block main %}{% endblock %}</main>
  {% include "footer" %}
</body>
</html>
`,
  'templ/footer.html': `<footer><p>{{ site.name }} &middot; {{ site.year }}</p></footer>
`,
  'templ/page.html': `{% extends "layout" %}
{% block title %}{{ title }}{% endblock %}
{% block main %}
<h1>{{ title }}</h1>
<ul>
{% for post in posts %}
  <li class="{% if loop.first %}first{% endif %}">
    <a href="{{ url('blog:post', { id: post.id }) }}">{{ post.title }}</a>
    <span>{{ post.author.name }}</span>
    <p>{{ post.summary }}</p>
  </li>
{% endfor %}
</ul>
{% endblock %}
`,
}

const globals = {
  url(name: string, params?: { id?: number }): string {
    return params === undefined ? `/${name.replace(':', '/')}` : `/blog/${params.id}`
  },
  asset: (path: string): string => `/static/${path}`,
}

function makeContext(title: (i: number) => string): Record<string, unknown> {
  return {
    title: 'Posts & more',
    site: { name: 'Ümlaut <site>', year: 2026 },
    posts: Array.from({ length: 20 }, (_, i) => ({
      id: i,
      title: title(i),
      author: { name: `Author ${i}` },
      summary: `A summary of some length, as they are on pages like this one, for post number ${i}. It has two sentences.`,
    })),
  }
}

/** Pages a second of the processor's time: on a busy machine the clock on the wall tells little. */
function rate(render: () => string, ms: number): number {
  const start = process.cpuUsage()
  let count = 0
  let used = 0
  while (used < ms) {
    for (let i = 0; i < 50; i++) render()
    count += 50
    const { user, system } = process.cpuUsage(start)
    used = (user + system) / 1000
  }
  return (count / used) * 1000
}

function compare(base: () => string, others: Record<string, () => string>): void {
  for (const [name, render] of Object.entries(others)) {
    if (render() !== base()) throw new Error(`${name} renders something else`)
    const pairs: [number, number][] = []
    for (let round = -2; round < 25; round++) {
      const pair: [number, number] = [rate(base, 60), rate(render, 60)]
      if (round >= 0) pairs.push(pair)
    }
    const ratios = pairs.map(([theirs, ours]) => ours / theirs).toSorted((a, b) => a - b)
    const [low, mid, high] = [0.1, 0.5, 0.9].map((part) =>
      ratios[Math.floor(ratios.length * part)]!.toFixed(2),
    )
    const [slow, quick] = [0, 1].map((i) => (1e6 / Math.max(...pairs.map((pair) => pair[i]!))).toFixed(1))
    console.log(
      `  ${name.padEnd(22)} ${mid} times nunjucks (${low} to ${high}); at best ${slow} and ${quick} us a page`,
    )
  }
}

const root = mkdtempSync(join(tmpdir(), 'tao-bench-'))
try {
  for (const [file, text] of Object.entries(TEMPLATES)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  const make = (generator: 'tao' | 'nunjucks', cache: boolean) =>
    createTemplateEngine({
      siteFolder: join(root, 'templ'),
      apps: [],
      extensions: ['.html'],
      globals,
      filters: {},
      cache,
      generator,
    })
  const engine = make('tao', true)
  const fresh = make('tao', false)
  const tracked = make('nunjucks', true)
  const loader = {
    getSource: (name: string) => ({ src: TEMPLATES[`templ/${name}.html`]!, path: name, noCache: false }),
  }
  const plain = new nunjucks.Environment(loader, { autoescape: true })
  for (const [name, value] of Object.entries(globals)) plain.addGlobal(name, value)

  const titles: Record<string, (i: number) => string> = {
    'titles without markup': (i) => `Post number ${i} on some subject`,
    'titles with 7 characters to escape': (i) => `Post number ${i} <b>bold</b> & "quoted"`,
  }
  for (const [what, title] of Object.entries(titles)) {
    const context = makeContext(title)
    console.log(`${what}, ${plain.render('page', context).length} characters`)
    compare(() => plain.render('page', context), {
      tao: () => engine.render('page', context),
      'tao, in development': () => fresh.render('page', context),
      'nunjucks with places': () => tracked.render('page', context),
    })
  }
} finally {
  rmSync(root, { recursive: true, force: true })
}
