import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../scaffold/temp-folder.ts'
import { tempSite, writeFile } from '../temp-site.ts'
import { checkout, startTao } from './real-tao.ts'

const app = {
  'package.json': JSON.stringify({
    name: 'tao-forum',
    version: '1.0.0',
    type: 'module',
    files: ['dist', 'templ', 'static'],
  }),
  'src/left-out.ts': '',
  'dist/routes.js': `import { BadRequest, HttpResponse, NotFound, redirect, requireLogin, route, templ, text } from 'tao1'
export default [
  route('GET', '/', (request) => templ('forum:index', request, { topics: ['<tea>'] }), 'index'),
  route('GET', '/text', () => text('plain').cookie('seen', 'yes'), 'text'),
  route('GET', '/made', () => new HttpResponse('made', { status: 201 }), 'made'),
  route('GET', '/gone', () => { throw new NotFound('No such topic') }, 'gone'),
  route('GET', '/old', () => redirect('forum:index'), 'old'),
  route('GET', '/away', () => redirect('//elsewhere.example'), 'away'),
  route('GET', '/mine', () => 'mine', 'mine', { middleware: requireLogin() }),
]`,
  'dist/middleware.js': `export default [async (request, next) => { const answer = await next(); answer.headers.set('x-forum', 'yes'); return answer }]`,
  'dist/commands/hello.js': `import { defineCommand } from 'tao1'
export default defineCommand({ summary: 'Say hello', run: ({ stdout }) => stdout.line('hello from the forum') })`,
  'templ/index.html': `<link href="{{ static('forum/forum.css') }}"><a href="{{ url('forum:text') }}">{% for topic in topics %}{{ topic }}{% endfor %}</a>`,
  'static/forum.css': 'body { color: teal }',
}

/** Packs the app as npm would publish it, and unpacks it where npm would install it, with a copy of tao of its own. */
function installApp(root: string): void {
  const source = tempFolder()
  for (const [path, content] of Object.entries(app)) writeFile(source, path, content)
  const options = { cwd: source, shell: process.platform === 'win32' }
  execFileSync('npm', ['pack', '--silent', '--offline'], options)
  const target = join(root, 'node_modules', 'tao-forum')
  mkdirSync(target)
  execFileSync('tar', ['-xzf', 'tao-forum-1.0.0.tgz', '--strip-components=1', '-C', target], options)
  const copy = join(target, 'node_modules', 'tao1')
  for (const part of ['dist', 'package.json', 'templates'])
    cpSync(join(checkout, part), join(copy, part), { recursive: true })
  symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'), 'junction')
}

const files = {
  'settings.ts': `import { HttpError, HttpResponse, NotFound } from 'tao1'
async function watch(request, next) {
  try {
    const answer = await next()
    answer.headers.set('x-known', String(answer instanceof HttpResponse))
    return answer
  } catch (error) {
    request.log.warn('known error: ' + (error instanceof HttpError) + ', of this copy: ' + (error instanceof NotFound))
    throw error
  }
}
export default {
  apps: { forum: { package: 'tao-forum', prefix: '/forum' } },
  database: 'memory:', log: { format: 'json' }, middleware: [watch], secretKeys: ['k3k9dkalwo29vnbqpz0184kdjfu2mvlq'],
}`,
}

test('#3 an app from npm, with a copy of tao of its own, is an app as any other', async () => {
  const root = tempSite(files)
  installApp(root)
  const serving = startTao(['serve', '--port', '0'], { cwd: root })
  const [, url = ''] = await serving.printed(/(http:\/\/127\.0\.0\.1:\d+)/)
  const get = (path: string): Promise<Response> =>
    fetch(url + path, { redirect: 'manual', headers: { accept: 'text/html' } })

  const page = await get('/forum')
  expect(await page.text()).toBe('<link href="/static/forum/forum.css"><a href="/forum/text">&lt;tea&gt;</a>')
  expect([page.headers.get('x-forum'), page.headers.get('x-known')]).toEqual(['yes', 'true'])
  expect(await (await get('/static/forum/forum.css')).text()).toBe('body { color: teal }')
  const plain = await get('/forum/text')
  expect([plain.status, plain.headers.get('set-cookie')]).toEqual([
    200,
    'seen=yes; Path=/; HttpOnly; SameSite=Lax',
  ])
  expect((await get('/forum/made')).status).toBe(201)
  const gone = await get('/forum/gone')
  expect([gone.status, (await gone.text()).includes('No such topic')]).toEqual([404, true])
  await serving.printed(/known error: true, of this copy: false/)
  expect((await get('/forum/old')).headers.get('location')).toBe('/forum')
  expect((await get('/forum/away')).status).toBe(400)
  expect((await get('/forum/mine')).headers.get('location')).toBe('/login?next=%2Fforum%2Fmine')
  serving.child.kill('SIGTERM')
  expect((await serving.ended).code).toBe(0)

  const command = await startTao(['forum:hello'], { cwd: root }).ended
  expect([command.code, command.stdout]).toEqual([0, 'hello from the forum\n'])
  const routes = await startTao(['routes', '--json'], { cwd: root }).ended
  expect(JSON.parse(routes.stdout)).toContainEqual(
    expect.objectContaining({ path: '/forum/text', name: 'forum:text', app: 'forum' }) as unknown,
  )
})
