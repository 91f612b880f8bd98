import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { removeSources } from '../build/built-site.ts'
import { checkout, makeProject, startTao, tao, type RunningTao } from './real-tao.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** As the bytes came: `fetch` would have decoded them. */
function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    httpRequest(url, { headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        done({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
      .on('error', fail)
      .end()
  })
}

async function serve(
  cwd: string,
  words: string[] = [],
  env: Record<string, string> = {},
): Promise<{ url: string; greeting: string; served: RunningTao }> {
  const served = startTao(['serve', '--port', '0', ...words], { cwd, env })
  const [greeting, url = ''] = await served.printed(/^.* at (http:\S+?)\. Ctrl-C.*$/m)
  return { url, greeting, served }
}

async function stop(served: RunningTao): Promise<string> {
  served.child.kill('SIGTERM')
  const { code, stderr } = await served.ended
  expect(code).toBe(0)
  return stderr
}

/** Fails the process that loads a compiler of TypeScript. */
const NO_COMPILER = `
const open = process.dlopen
process.dlopen = function (module, file, ...more) {
  if (/oxc/.test(file)) throw new Error('a compiler was loaded: ' + file)
  return open.call(this, module, file, ...more)
}
`

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8')
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`${file} does not have ${String(from)}`)
  writeFileSync(file, changed)
}

test(
  '#8 #16 a site is built, and served without its sources and without a compiler; then changed and built again',
  { timeout: 240_000 },
  async () => {
    const cwd = await makeProject()
    await tao(['new-app', 'blog'], { cwd })
    const views = join(cwd, 'apps/blog/views.ts')
    edit(
      views,
      'export async function entry',
      "interface Never {\n  happens: true\n}\n\nexport function broken(): Never {\n  throw new Error('on purpose')\n}\n\nexport async function dynamic(request: Request) {\n  return templ(['blog', 'odd'].join(':'), request)\n}\n\nexport async function entry",
    )
    edit(
      join(cwd, 'apps/blog/routes.ts'),
      'export default [',
      "export default [\n  route('GET', '/broken', views.broken),\n  route('GET', '/dynamic', views.dynamic),",
    )
    writeFileSync(join(cwd, 'apps/blog/templ/odd.html'), '<p>{{ static("blog/blog.css") }}</p>')

    const built = await tao(['build', '--json'], { cwd })
    expect([built.code, built.stderr]).toEqual([0, ''])
    expect(JSON.parse(built.stdout)).toMatchObject({
      folder: join('.tao', 'build'),
      modules: 5,
      templates: { compiled: 5, interpreted: [] },
      static: { files: 3 },
    })

    // What is deployed: the build, the manifest of packages, and packages; here without what development needs.
    const deployed = join(cwd, '../deployed ü')
    mkdirSync(join(deployed, 'node_modules'), { recursive: true })
    symlinkSync(checkout, join(deployed, 'node_modules/tao1'), 'junction')
    for (const part of ['.tao', 'package.json', '.env'])
      cpSync(join(cwd, part), join(deployed, part), { recursive: true })
    writeFileSync(join(deployed, 'no-compiler.cjs'), NO_COMPILER)
    const env = { NODE_OPTIONS: '--require ./no-compiler.cjs' }
    const { url, greeting, served } = await serve(deployed, [], env)
    expect(greeting).toBe(`Serving site, as it was built, at ${url}. Ctrl-C ends it.`)
    const page = (await ask(`${url}/blog`)).body.toString()
    expect(page).toContain('<h1>Blog</h1>')
    const [css = ''] = /\/static\/blog\/blog\.[\da-f]{12}\.css/.exec(page) ?? []
    expect((await ask(`${url}/dynamic`)).body.toString()).toBe(`<p>${css}</p>`)

    const source = readFileSync(join(cwd, 'apps/blog/static/blog.css'), 'utf8')
    const compressed = await ask(url + css, { 'accept-encoding': 'br, gzip' })
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(brotliDecompressSync(compressed.body).toString()).toBe(source)
    const { etag = '' } = compressed.headers
    const again = await ask(url + css, { 'accept-encoding': 'br, gzip', 'if-none-match': etag })
    expect([again.status, again.body.length]).toEqual([304, 0])
    const plain = await ask(`${url}/static/blog/blog.css`)
    expect([plain.body.toString(), plain.headers['cache-control']]).toEqual([source, 'no-cache'])
    const made = await fetch(`${url}/blog`, {
      method: 'POST',
      body: new URLSearchParams({ title: 'Hello', text: 'x' }),
      redirect: 'manual',
    })
    expect(made.status).toBe(303)
    expect(existsSync(join(deployed, 'data'))).toBe(true)

    expect((await ask(`${url}/broken`)).status).toBe(500)
    const log = await stop(served)
    const { err } = log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { err?: { stack: string } })
      .find((line) => line.err !== undefined)!
    const line =
      readFileSync(views, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('on purpose')) + 1
    expect(err!.stack).toContain(`${join(deployed, 'apps/blog/views.ts')}:${line}:`)
    expect(err!.stack).not.toContain('.tao')

    // Changed and not built: said in one line, and still the build is served.
    edit(join(cwd, 'apps/blog/static/blog.css'), /$/, '\n.new { color: red }\n')
    edit(join(cwd, 'apps/blog/templ/index.html'), '<h1>Blog</h1>', '<h1>Log</h1>')
    const stale = await serve(cwd)
    expect((await ask(`${stale.url}/blog`)).body.toString()).toContain('<h1>Blog</h1>')
    await stale.served.printed(/changed since/)
    expect((await stop(stale.served)).match(/"msg":".*changed since.*"/g)).toEqual([
      '"msg":"apps/blog/static/blog.css and 1 more file changed since the build that is served: run \\"tao build\\", or serve the sources with --no-build"',
    ])
    const unbuilt = await serve(cwd, ['--no-build'])
    expect(unbuilt.greeting).toBe(`Serving site at ${unbuilt.url}. Ctrl-C ends it.`)
    const fresh = (await ask(`${unbuilt.url}/blog`)).body.toString()
    expect([fresh.includes('<h1>Log</h1>'), fresh.includes('"/static/blog/blog.css"')]).toEqual([true, true])
    await stop(unbuilt.served)

    expect((await tao(['build'], { cwd })).stdout).toMatch(
      /^Built 5 modules, 5 templates, 3 static files of /,
    )
    const rebuilt = await serve(cwd)
    const [newCss = ''] =
      /\/static\/blog\/blog\.[\da-f]{12}\.css/.exec((await ask(`${rebuilt.url}/blog`)).body.toString()) ?? []
    expect(newCss).not.toBe(css)
    expect((await ask(rebuilt.url + newCss)).body.toString()).toContain('.new')
    const older = await ask(rebuilt.url + css)
    expect([older.body.toString(), older.headers['cache-control']]).toEqual([
      source,
      'public, max-age=31536000, immutable',
    ])
    expect(await stop(rebuilt.served)).not.toContain('changed since')

    const cleaned = await tao(['build', '--clean'], { cwd })
    expect(cleaned.stdout).toMatch(/^removed {2}3 older static files of /m)
    const last = await serve(cwd)
    expect((await ask(last.url + css)).status).toBe(404)
    expect((await ask(last.url + newCss)).status).toBe(200)
    await stop(last.served)
  },
)

test('an app from a package, with its templates and static files, and one of the site that overrides them', async () => {
  const cwd = await makeProject()
  const shop = join(cwd, 'node_modules/tao-shop')
  for (const folder of ['templ', 'static']) mkdirSync(join(shop, folder), { recursive: true })
  const write = (path: string, text: string): void => writeFileSync(join(shop, path), text)
  write('package.json', '{ "name": "tao-shop", "version": "1.0.0", "type": "module" }')
  write(
    'routes.js',
    "import { route, templ } from 'tao1'\nexport default [route('GET', '/shop', (request) => templ('shop:index', request), 'index')]\n",
  )
  write('templ/index.html', '<b>{{ static("shop/shop.css") }}</b>{% block more %}{% endblock %}')
  write('static/shop.css', 'b {}')
  mkdirSync(join(cwd, 'templ/shop'))
  writeFileSync(
    join(cwd, 'templ/shop/index.html'),
    '{% extends "shop:index" %}{% block more %}ours{% endblock %}',
  )
  edit(
    join(cwd, 'settings.ts'),
    'defineSettings({',
    "defineSettings({ apps: { shop: { package: 'tao-shop' } },",
  )
  const built = await tao(['build'], { cwd })
  expect([built.code, built.stderr]).toEqual([0, ''])
  removeSources(cwd)
  const { url, served } = await serve(cwd)
  const page = (await ask(`${url}/shop`)).body.toString()
  expect(page).toMatch(/^<b>\/static\/shop\/shop\.[\da-f]{12}\.css<\/b>ours$/)
  expect((await ask(url + /\/static[^<]*/.exec(page)![0])).body.toString()).toBe('b {}')
  await stop(served)
})

test('a build that fails says why, and what was built goes on being served', async () => {
  const cwd = await makeProject()
  expect((await tao(['build'], { cwd })).code).toBe(0)
  edit(join(cwd, 'views.ts'), "'index'", "'indx'")
  const { code, stdout, stderr } = await tao(['build'], { cwd })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toBe(
    [
      'error: templ() names "indx", but there is no such template (tao.E402)',
      stderr.split('\n')[1],
      '  hint  Did you mean "index"?',
      '1 error. Nothing was built.',
      '',
    ].join('\n'),
  )
  expect(stderr).toMatch(/^ {2}at {4}views\.ts:\d+:\d+$/m)
  const json = await tao(['build', '--json'], { cwd })
  expect([json.code, JSON.parse(json.stdout)]).toEqual([
    1,
    { problems: [expect.objectContaining({ id: 'tao.E402', file: 'views.ts', line: expect.any(Number) })] },
  ])
  const { url, served } = await serve(cwd)
  expect((await ask(url)).status).toBe(200)
  await stop(served)
})

test.skipIf(process.platform === 'win32')('Ctrl-C in the middle leaves the build before', async () => {
  const cwd = await makeProject()
  expect((await tao(['build'], { cwd })).code).toBe(0)
  const record = readFileSync(join(cwd, '.tao/build/build.json'), 'utf8')
  for (const name of ['one', 'two'])
    writeFileSync(join(cwd, `static/${name}.css`), `.${name} { color: red }\n`.repeat(50))
  const building = startTao(['build'], { cwd, env: { NODE_OPTIONS: `--require ${waitingBrotli(cwd)}` } })
  await building.printed(/compressing/)
  building.child.kill('SIGINT')
  const { code, stderr } = await building.ended
  expect(stderr).toContain('The build was interrupted')
  expect(code).toBe(130)
  expect(readFileSync(join(cwd, '.tao/build/build.json'), 'utf8')).toBe(record)
  expect(readdirSync(join(cwd, '.tao')).filter((name) => name.startsWith('.build'))).toEqual([])
  expect(readdirSync(join(cwd, '.tao/static')).filter((name) => /one|two/.test(name))).toEqual([])
})

/** A module that lets the first compression wait until the process is told to end. */
function waitingBrotli(cwd: string): string {
  const file = join(cwd, '../waiting-brotli.cjs')
  writeFileSync(
    file,
    `const zlib = require('node:zlib')
const { brotliCompress } = zlib
zlib.brotliCompress = (...given) => {
  const hold = setInterval(() => {}, 60_000)
  process.once('SIGINT', () => {
    clearInterval(hold)
    brotliCompress(...given)
  })
  process.stderr.write('compressing\\n')
}
require('node:module').syncBuiltinESMExports()
`,
  )
  return JSON.stringify(file)
}
