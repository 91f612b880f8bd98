import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createError } from '../../src/base/errors.ts'
import { renderBrokenPage, renderErrorPage, describeError, taoFolder } from '../../src/debug/index.ts'

let root: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tao-debug-'))
  writeFileSync(
    join(root, 'views.ts'),
    "const a = 1\nthrow new Error('<b>bold</b>')\nconst c = '</script>'\n",
  )
  writeFileSync(join(root, 'page.html'), '<p>\n{{ url("nowhere") }}\n</p>\n')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function failure(message = '<b>bold</b>'): Error {
  const error = new TypeError(message)
  error.stack = [
    `TypeError: ${message}`,
    `    at handler (${join(taoFolder, 'src/http/compose.ts')}:1:1)`,
    `    at async index (file://${join(root, 'views.ts')}?v=3:2:7)`,
    `    at run (${join(root, 'node_modules/other/index.js')}:9:9)`,
    '    at node:internal/process/task_queues:105:5',
  ].join('\n')
  return error
}

describe('#14 The page of an exception', () => {
  test("#14 names the error, shows the project's line with those around it, and escapes all of it", () => {
    const { html, status } = renderErrorPage(failure(), { root })
    expect(status).toBe(500)
    expect(html).toContain('&lt;b&gt;bold&lt;/b&gt;')
    expect(html).not.toContain('<b>bold')
    expect(html).toContain('<h2><span class="place">views.ts:2:7</span>')
    expect(html).toContain('&lt;/script&gt;')
    expect(html.match(/<\/script>/g)).toHaveLength(1)
  })

  test('#14 asks the network for nothing', () => {
    const { html } = renderErrorPage(failure(), { root })
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    expect(html).not.toMatch(/@import|url\(/)
  })

  test('#14 puts a nonce on its own style and script', () => {
    const { html } = renderErrorPage(failure(), { root, nonce: 'abc"' })
    expect(html).toContain('<style nonce="abc&quot;">')
    expect(html).toContain('<script nonce="abc&quot;">')
  })

  test('#14 hides passwords, tokens, cookies and what stands in URLs, on the page, in JSON and in Markdown', () => {
    const page = renderErrorPage(failure('cannot reach mongodb://ada:lovelace@db/x'), {
      root,
      request: {
        method: 'POST',
        url: '/login?token=tok-1&page=2',
        headers: { authorization: 'Bearer tok-2', 'x-api-key': 'tok-3', accept: 'text/html' },
        form: new URLSearchParams({ user: 'ada', password: 'tok-4' }),
        cookies: { session: 'tok-5', theme: 'tok-6' },
      },
      session: { user: 'ada', nested: { accessToken: 'tok-7', list: [{ secret: 'tok-8' }] } },
      queries: [
        { command: 'insert', collection: 'users', document: { password: 'tok-9', name: 'Ada' }, ms: 1.25 },
      ],
    })
    for (const form of [page.html, JSON.stringify(page.json), page.text]) {
      expect(form).not.toMatch(/tok-\d/)
      expect(form).not.toContain('lovelace')
      expect(form).toContain('Ada')
      expect(form).toContain('page=2')
    }
  })

  test('#14 gives JSON clients place, frames with source, and the tables', () => {
    const { json } = renderErrorPage(failure('no'), {
      root,
      request: { method: 'GET', url: '/blog/7', params: { id: 7 } },
      route: { method: 'GET', path: '/blog/{id:int}', name: 'blog:by-id', app: 'blog', view: 'views.ts:2' },
    })
    expect(json).toMatchObject({
      statusCode: 500,
      error: 'TypeError',
      message: 'no',
      place: { file: join(root, 'views.ts'), line: 2, column: 7, owner: 'project' },
      params: [{ name: 'id', value: '7' }],
    })
    expect((json['frames'] as { owner: string }[]).map(({ owner }) => owner)).toEqual([
      'tao',
      'project',
      'package',
      'node',
    ])
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({
      route: expect.arrayContaining([{ name: 'name', value: 'blog:by-id' }]),
    })
  })

  test("#14 shows the template's own line first and the templates it went through", () => {
    const failed = createError<[]>('TAO_TEMPLATE_RENDER', () => 'The template failed')
    const file = join(root, 'page.html')
    const error = failed({
      place: { file, line: 2, column: 4 },
      hint: 'List the names with "tao routes".',
      details: {
        chain: [
          { name: 'page', file, line: 2, column: 4 },
          { name: 'layout', file, line: 1 },
        ],
      },
    })
    const { html, text } = renderErrorPage(error, { root })
    expect(html).toContain('<span class="place">page.html:2:4</span>')
    expect(html).toContain('List the names with')
    expect(html.indexOf('layout')).toBeGreaterThan(html.indexOf('Templates'))
    expect(text).toContain('> 2 | {{ url("nowhere") }}')
  })

  test('#14 shows causes, once each, and survives a circle of them', () => {
    const inner = failure('inner')
    const outer = new Error('outer', { cause: inner })
    inner.cause = outer
    const { html } = renderErrorPage(outer, { root })
    expect(html.match(/<h2>Caused by/g)).toHaveLength(1)
  })

  test.each([
    ['a string', 'plain words', 'plain words'],
    ['nothing', undefined, 'undefined'],
    ['an object', { a: 1 }, '{&quot;a&quot;:1}'],
    ['an object without a text', Object.create(null), '{}'],
    [
      'an error whose message cannot be read',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('no')
        },
      }),
      'Error',
    ],
  ])('#14 explains %s that was thrown', (_what, thrown: unknown, expected) => {
    expect(renderErrorPage(thrown, { root }).html).toContain(expected)
  })
})

describe('#15 The page of a site that does not start', () => {
  test('#15 says what is broken and what happens next, as page, JSON and text', () => {
    const report = describeError(failure('half a function'), { root, tao: taoFolder })
    const page = renderBrokenPage(JSON.parse(JSON.stringify(report)) as typeof report, {
      title: 'The site does not start',
      after: 'This page comes back by itself.',
      head: '<script src="/live.js"></script>',
    })
    expect(page.html).toContain('This page comes back by itself.')
    expect(page.html).toContain('<script src="/live.js"></script>')
    expect(page.json).toMatchObject({ title: 'The site does not start', message: 'half a function' })
    expect(page.text).toContain("> 2 | throw new Error('<b>bold</b>')")
  })
})
