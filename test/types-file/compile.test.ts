import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { buildSite } from '../../src/site/index.ts'
import { updateTypesFile } from '../../src/types-file/index.ts'
import { checkout } from '../house/source-files.ts'
import { SECRET } from '../start-site.ts'
import { tempSite, writeFile } from '../temp-site.ts'

interface Diagnostic {
  line: number
  text: string
}

let root: string

beforeEach(() => {
  root = tempSite({
    'package.json': '{ "type": "module" }',
    'settings.ts': `import { defineSettings } from 'tao1'
const number = { parse: (text: string) => parseInt(text, 16), format: (n: number) => n.toString(16) }
export default defineSettings({
  converters: { hex: { pattern: '[0-9a-f]+', ...number }, oct: { pattern: '[0-7]+', ...number } },
})
declare module 'tao1' { interface ConverterTypes { hex: number } }
`,
    'apps/blog/routes.ts': `import { route, type Request } from 'tao1'
const answer = (_request: Request<object>) => ''
export default [
  route('GET', '/blog', answer, 'index'),
  route('GET', '/blog/{slug}', answer, 'post'),
  route('GET', '/blog/{id:int}', answer, 'by-id'),
  route('GET', '/hex/{hex:hex}', answer, 'hex'),
  route('GET', '/oct/{oct:oct}', answer, 'oct'),
  route('GET', '/{y:\\\\d{4}}-{m:\\\\d\\\\d}', answer, 'month'),
]
`,
    'apps/blog/templ/index.html': '',
    'apps/blog/templ/entry.html': '',
    'templ/layout.html': '',
  })
  copyFileSync(join(checkout, 'skeletons/project/tsconfig.json'), join(root, 'tsconfig.json'))
  mkdirSync(join(root, 'node_modules/@types'))
  symlinkSync(join(checkout, 'node_modules/@types/node'), join(root, 'node_modules/@types/node'), 'junction')
})

/** Writes the names as serving does, by way of the site itself. */
async function writeNames(): Promise<void> {
  const site = await buildSite({
    root,
    mode: 'test',
    env: { SECRET_KEY: SECRET },
    flags: { database: 'mongodb://127.0.0.1:9/none', logLevel: 'silent' },
  })
  expect(await updateTypesFile(root, site)).toBe(true)
  await site.close()
}

/** What the compiler says of a function's body, with lines counted from its first. */
async function compile(body: string): Promise<Diagnostic[]> {
  const head = `import { redirect, templ, type App, type Request, type RouteName } from 'tao1'
import type { TestClient } from 'tao1/testing'
export function use(request: Request, app: App, client: TestClient, id: { toHexString(): string }, text: string) {`
  writeFile(
    root,
    'apps/blog/use.ts',
    `${head}\n${body}\nreturn [redirect, templ, request, app, client, id, text]\n}\n`,
  )
  const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
    const tsc = join(checkout, 'node_modules/typescript/bin/tsc')
    execFile(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: root }, (_error, out) =>
      resolve({ stdout: out }),
    )
  })
  const found = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '))
  return found.map((line) => {
    const match = /^apps\/blog\/use\.ts\((\d+),\d+\): error (.*)$/.exec(line)
    if (match === null) throw new Error(stdout)
    return { line: Number(match[1]) - 3, text: match[2]! }
  })
}

const right = `request.url('blog:index')
  request.url('blog:index', {}, { page: 2 })
  request.url('blog:index', undefined, { page: 2 })
  app.url('blog:post', { slug: 'x' })
  app.url('blog:post', { slug: id }, 'a=b')
  client.url('blog:by-id', { id: 7 })
  app.url('blog:hex', { hex: 7 })
  app.url('blog:oct', { oct: new Date() })
  app.url('blog:month', { y: 2026, m: '11' })
  app.url(text as RouteName, { slug: 'x' })
  redirect('blog:index')
  redirect('blog:post', { slug: 'x' }, { status: 303 })
  redirect('/login')
  redirect('/login', undefined, { status: 303 })
  redirect(\`/blog/\${text}\`)
  redirect(request.path)
  redirect(request.url('blog:index'))
  redirect.local(text)
  templ('blog:index', request, { x: 1 })
  templ('layout', request)
  templ(\`blog:\${text === '' ? 'index' : 'entry'}\` as const, request)
  void request.render('blog:entry')`

const wrong: readonly (readonly [code: string, said: RegExp])[] = [
  [`request.url('blog:pst', { slug: 'x' })`, /'"blog:pst"' is not assignable to .*"blog:by-id".*"blog:post"/],
  [`app.url('nothing')`, /'"nothing"' is not assignable/],
  [`client.url('post', { slug: 'x' })`, /'"post"' is not assignable/],
  [`request.url('blog:post')`, /Expected 2-3 arguments, but got 1/],
  [`request.url('blog:post', {})`, /Property 'slug' is missing/],
  [`request.url('blog:post', { slg: 'x' })`, /'slg' does not exist.* Did you mean to write 'slug'\?/],
  [`request.url('blog:post', { slug: true })`, /'boolean' is not assignable to type 'UrlText'/],
  [`request.url('blog:post', { slug: undefined })`, /'undefined' is not assignable to type 'UrlText'/],
  [`app.url('blog:by-id', { id: '7' })`, /'string' is not assignable to type 'number'/],
  [`app.url('blog:index', { slug: 'x' })`, /'string' is not assignable to type 'never'/],
  [`app.url('blog:hex', { hex: 'ff' })`, /'string' is not assignable to type 'number'/],
  [`app.url('blog:oct', {})`, /Property 'oct' is missing/],
  [`app.url('blog:month', { y: 2026 })`, /Property 'm' is missing/],
  [`redirect('blog:pots', {})`, /'"blog:pots"' is not assignable to .*"blog:post"/],
  [`redirect('blog:post')`, /Expected 2-3 arguments, but got 1/],
  [`redirect('blog:post', { status: 303 })`, /'status' does not exist/],
  [`redirect('login')`, /'"login"' is not assignable to .*\/\$\{string\}/],
  [`redirect('https://example.com')`, /is not assignable/],
  [`redirect(text)`, /'string' is not assignable/],
  [
    `templ('blog:indx', request)`,
    /'"blog:indx"' is not assignable to .*"blog:entry" \| "blog:index" \| "layout"/,
  ],
  [`templ('blog:post', request)`, /'"blog:post"' is not assignable/],
  [`void request.render('nothing')`, /'"nothing"' is not assignable/],
]
const wrongBody = wrong.map(([code]) => code).join('\n')

test('without the file every name compiles', async () => {
  expect(await compile(`${right}\n${wrongBody}`)).toEqual([])
})

test('with the file right names and parameters compile', async () => {
  await writeNames()
  expect(await compile(right)).toEqual([])
})

test('with the file each wrong name or parameter is an error on its line, with the right ones', async () => {
  await writeNames()
  const found = await compile(wrongBody)
  expect(found.map(({ line }) => line)).toEqual(wrong.map((_, i) => i + 1))
  for (const [i, [, said]] of wrong.entries()) expect(found[i]!.text).toMatch(said)
})

test('an app that is added brings its names', async () => {
  await writeNames()
  const code = `app.url('shop:item', { no: 7 })`
  expect(await compile(code)).toHaveLength(1)
  writeFile(
    root,
    'apps/shop/routes.ts',
    `import { route } from 'tao1'\nexport default [route('GET', '/shop/{no:int}', () => '', 'item')]`,
  )
  await writeNames()
  expect(await compile(code)).toEqual([])
})
