import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildProject, type BuiltProject } from '../../src/build/index.ts'
import { readManifest } from '../../src/static/index.ts'
import { build, makeSite, refusals, snapshot, write } from './built-site.ts'

const manifestOf = (root: string) =>
  readManifest(join(root, '.tao/build/static.json'), join(root, '.tao/static'))!

describe('tao build', () => {
  test('#8 the build has code, templates and static files, and says how many', async () => {
    const root = makeSite({
      'apps/blog/words.json': '["a"]',
      'templ/odd.html': '{% asyncEach x in xs %}{{ x }}{% endeach %}',
    })
    const built = await build(root)
    expect(built).toMatchObject({
      folder: join(root, '.tao/build'),
      modules: 5,
      templates: {
        count: 5,
        interpreted: [
          {
            file: join(root, 'templ/odd.html'),
            because: [{ what: 'an asynchronous tag or filter', line: 1, column: 4 }],
          },
        ],
      },
      static: { files: 2, bytes: 0 },
      others: { files: 1, bytes: 5 },
      warnings: [],
    })
    const made = readdirSync(join(root, '.tao/build'), { recursive: true, withFileTypes: true })
    const paths = made
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
      .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '.tao/build/').length))
    expect(paths.sort()).toEqual([
      'apps/blog/routes.js',
      'apps/blog/templ/index.html',
      'apps/blog/templ/row.html',
      'apps/blog/views.js',
      'apps/blog/words.json',
      'build.json',
      'package.json',
      'routes.js',
      'settings.js',
      'static.json',
      'templ/404.html',
      'templ/index.html',
      'templ/layout.html',
      'templ/odd.html',
      'templates.cjs',
      'views.js',
    ])
    expect(Object.keys(manifestOf(root).files)).toEqual(['blog/a.png', 'site.css'])
  })

  test('two builds of one tree are equal, byte for byte, wherever they are made', async () => {
    const files = {
      'static/site.css': `a { background: url(blog/a.png) }\n${'b { color: red }\n'.repeat(60)}`,
      'lib/z.ts': 'export {}',
      'lib/a.ts': "import './z.ts'",
    }
    const [first, second] = [makeSite(files), makeSite(files)]
    await build(first)
    await build(second)
    const made = snapshot(first)
    expect(snapshot(second)).toEqual(made)
    for (const [path, hex] of Object.entries(made)) {
      const text = Buffer.from(hex, 'hex').toString('latin1')
      expect(text.includes(first), path).toBe(false)
    }
    await build(first)
    expect(snapshot(first)).toEqual(made)
  })

  test('what would fail a visitor fails the build: each with file and line', async () => {
    expect(
      await refusals({
        'templ/index.html': `{% extends "layuot" %}\n{% block body %}{{ static('gone.css') }}{% endblock %}`,
        'templ/404.html': '{{ url("blog:pots") }}',
        'apps/blog/views.ts':
          "import { templ, type Request } from 'tao1'\nexport const index = (request: Request) => templ('blog:idnex', request)\nexport const post = (request: Request) => request.url('blog:post')\n",
        'static/site.css': 'a {\n b: url(none.png) }',
        'lib/never-imported.ts': 'export const x = (',
      }),
    ).toEqual([
      'TAO_IMPORT_SYNTAX lib/never-imported.ts:1',
      'tao.E402 apps/blog/views.ts:2',
      'tao.E403 templ/index.html:1',
      'tao.E601 templ/404.html:1',
      'tao.E602 apps/blog/views.ts:3',
      'tao.W504 templ/index.html:2',
      'tao.W505 static/site.css:2',
    ])
  })

  test.each([
    [
      'settings that do not load',
      { 'settings.ts': "import './none.ts'\nexport default {}" },
      'tao.E101 settings.ts:1',
    ],
    ['a setting that is none', { 'settings.ts': 'export default { prot: 1 }' }, 'tao.E102 settings.ts:1'],
    ['a module with a mistake', { 'views.ts': 'export function index( {' }, 'tao.E201 views.ts:1'],
    ['a template with a mistake', { 'templ/404.html': '\n{% if %}' }, 'tao.E401 templ/404.html:2'],
    ['two files of one name', { 'views.js': '' }, 'TAO_BUILD_CLASH views.ts:undefined'],
  ])('%s: once, with its place', async (_what, files, expected) => {
    expect(await refusals(files)).toEqual([expected])
  })

  test('a build that fails leaves the one before as it was', async () => {
    const root = makeSite()
    await build(root)
    const before = snapshot(root)
    write(root, 'templ/index.html', '{% extends "none" %}')
    write(root, 'static/new.css', 'p {}')
    expect(await buildProject({ root, env: {} })).toHaveProperty('problems.length', 1)
    expect(snapshot(root)).toEqual(before)
  })

  test('a build that is interrupted leaves the one before as it was, at whatever moment', async () => {
    const root = makeSite({ 'static/a.css': 'p { color: red }\n'.repeat(100) })
    await build(root)
    const before = snapshot(root)
    write(root, 'static/a.css', 'p { color: blue }\n'.repeat(100))
    write(root, 'views.ts', `${readFileSync(join(root, 'views.ts'), 'utf8')}\n// changed\n`)
    // A signal that is aborted at the n-th look at it: every moment a build can be interrupted at.
    let moments = 0
    for (let stopAt = 1; ; stopAt++) {
      let looks = 0
      const signal = {
        throwIfAborted() {
          if (++looks === stopAt) throw new Error('interrupted')
        },
      } as unknown as AbortSignal
      const outcome = await build(root, { signal }).catch((error: unknown) => error)
      if (!(outcome instanceof Error)) break
      expect(outcome.message).toBe('interrupted')
      expect(snapshot(root)).toEqual(before)
      moments++
    }
    expect(moments).toBeGreaterThan(10)
    expect(snapshot(root)).not.toEqual(before)
  })

  test('--dry-run does everything and changes nothing', async () => {
    const root = makeSite()
    expect(await build(root, { dryRun: true })).toMatchObject({ modules: 5, static: { files: 2 } })
    expect(readdirSync(join(root, '.tao'), { recursive: true })).toEqual([])
  })

  test('what a killed build left behind goes; what a running one writes stays', async () => {
    const root = makeSite()
    const folder = join(root, '.tao')
    write(root, '.tao/.build.4194305.abc.tmp/x', '')
    write(root, `.tao/.build.${process.ppid}.abc.tmp/x`, '')
    await build(root)
    expect(readdirSync(folder).sort()).toEqual([`.build.${process.ppid}.abc.tmp`, 'build', 'static'])
  })

  test('--clean removes static files that neither the newest build nor the one before names', async () => {
    const root = makeSite({ 'static/site.css': 'a {}' })
    const paths: string[] = []
    const buildSheet = async (text: string): Promise<BuiltProject> => {
      write(root, 'static/site.css', text)
      const built = await build(root, { clean: text !== 'a {}' })
      paths.push(manifestOf(root).files['site.css']!.path)
      return built
    }
    const left = (): boolean[] => paths.map((path) => existsSync(join(root, '.tao/static', path)))
    expect((await buildSheet('a {}')).pruned).toBeUndefined()
    expect((await buildSheet('b {}')).pruned).toEqual({ files: 0, bytes: 0 })
    expect((await buildSheet('c {}')).pruned).toEqual({ files: 1, bytes: 4 })
    expect(left()).toEqual([false, true, true])
  })

  test('the embedded store and the subpath imports of package.json', async () => {
    const root = makeSite({
      'settings.ts': "import '#lib/a'\nexport default { database: 'embedded:store' }",
      'store/data.mdb': 'data',
      'package.json': '{ "type": "module", "imports": { "#lib/*": { "default": "./lib/*.ts" } } }',
      'lib/a.ts': 'export {}',
    })
    await build(root)
    expect(existsSync(join(root, '.tao/build/store'))).toBe(false)
    expect(JSON.parse(readFileSync(join(root, '.tao/build/package.json'), 'utf8'))).toEqual({
      type: 'module',
      imports: { '#lib/*': { default: './lib/*.js' } },
    })
  })

  test('a site without static folder and templates', async () => {
    const root = makeSite()
    for (const part of ['static', 'templ', 'apps']) rmSync(join(root, part), { recursive: true })
    writeFileSync(join(root, 'views.ts'), "export const index = () => 'hello'\n")
    expect(await build(root)).toMatchObject({ modules: 3, templates: { count: 0 }, static: { files: 0 } })
  })
})
