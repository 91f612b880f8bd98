import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { buildStatic, pruneStatic, type BuiltStatic } from '../../src/static/build-static.ts'
import { findBrokenReferences, formatManifest, readManifest } from '../../src/static/index.ts'
import { get, makeSite, staticOf, type SiteFolder } from './site-folder.ts'

async function build(site: SiteFolder, ...apps: string[]): Promise<BuiltStatic> {
  const folder = join(site.root, 'built')
  const file = join(site.root, 'built.json')
  const built = await buildStatic({
    siteFolder: site.static,
    apps: appsOf(site, apps),
    url: '/static/',
    folder,
    before: readManifest(file, folder),
  })
  await site.write('built.json', formatManifest(built.manifest))
  return built
}

function appsOf(site: SiteFolder, names: string[]): { name: string; staticFolder: string }[] {
  return names.map((name) => ({ name, staticFolder: join(site.root, 'apps', name, 'static') }))
}

const css = 'body { color: rebeccapurple }\n'.repeat(50)

describe('buildStatic', () => {
  test('#8 every file gets a name with a hash, served immutable and compressed; the plain name still works', async () => {
    await using site = await makeSite({
      'static/site.css': css,
      'static/logo.png': 'png',
      'apps/blog/static/blog.js': 'js',
    })
    const { manifest, bytes, compressedBytes } = await build(site, 'blog')
    expect(readManifest(join(site.root, 'built.json'), join(site.root, 'built'))).toEqual(manifest)
    expect(manifest.files['site.css']).toEqual({
      path: expect.stringMatching(/^site\.[\da-f]{12}\.css$/),
      size: css.length,
      encodings: ['br', 'gzip'],
    })
    expect(bytes).toBe(css.length + 5)
    expect(compressedBytes).toBeLessThan(200)

    const files = staticOf(site, ['blog'], { manifest })
    const url = files.url('blog/blog.js')
    expect(url).toMatch(/^\/static\/blog\/blog\.[\da-f]{12}\.js$/)
    const hashed = await get(files, url.slice('/static/'.length))
    expect(hashed).toMatchObject({
      status: 200,
      text: 'js',
      headers: { 'cache-control': 'public, max-age=31536000, immutable' },
    })
    expect(await get(files, 'blog/blog.js')).toMatchObject({
      text: 'js',
      headers: { 'cache-control': 'public, max-age=3600' },
    })

    const sheet = files.url('site.css').slice('/static/'.length)
    const br = (await get(files, sheet, { 'accept-encoding': 'br' }))!
    expect(br.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' })
    expect(brotliDecompressSync(Buffer.from(br.text, 'latin1')).toString()).toBe(css)
    const gz = (await get(files, sheet, { 'accept-encoding': 'gzip' }))!
    expect(gunzipSync(Buffer.from(gz.text, 'latin1')).toString()).toBe(css)
    expect(files.has('site.css')).toBe(true)
    const development = staticOf(site, ['blog'], { manifest, fresh: true })
    expect(development.url('blog/blog.js')).toBe('/static/blog/blog.js')
  })

  test('a file the build does not know keeps its plain URL and is served', async () => {
    await using site = await makeSite({ 'static/a.css': 'a' })
    const { manifest } = await build(site)
    await site.write('static/late.css', 'late')
    const files = staticOf(site, [], { manifest })
    expect(files.url('late.css')).toBe('/static/late.css')
    expect((await get(files, 'late.css'))?.text).toBe('late')
    expect(files.url('a.css#x')).toMatch(/^\/static\/a\.[\da-f]{12}\.css#x$/)
  })

  test('#8 style sheets name the files they use by their hashed names', async () => {
    await using site = await makeSite({
      'static/css/main.css': [
        '@import "part.css";',
        "@import 'none.css';",
        '/* url(../img/a.svg) stays */',
        'a { background: url(../img/a.svg#icon) } b { background: url( "../img/a.svg?v=1" ) }',
        "c { background: url('/static/blog/b.png') } d { background: url(data:image/png;base64,AAAA) }",
        'e { background: url(https://example.org/static/x.png) } f { src: url(//cdn/x) } g { fill: url(#id) } h { x: url(/elsewhere/a.svg) }',
      ].join('\n'),
      'static/css/part.css': '@import "main.css"; p { color: red }',
      'static/img/a.svg': '<svg/>',
      'apps/blog/static/b.png': 'png',
    })
    const { manifest } = await build(site, 'blog')
    const path = (name: string): string => manifest.files[name]!.path
    const main = await readFile(join(site.root, 'built', path('css/main.css')), 'utf8')
    expect(main.split('\n')).toEqual([
      `@import "${path('css/part.css').slice(4)}";`,
      "@import 'none.css';",
      '/* url(../img/a.svg) stays */',
      `a { background: url("../${path('img/a.svg')}#icon") } b { background: url( "../${path('img/a.svg')}?v=1" ) }`,
      `c { background: url("../${path('blog/b.png')}") } d { background: url(data:image/png;base64,AAAA) }`,
      'e { background: url(https://example.org/static/x.png) } f { src: url(//cdn/x) } g { fill: url(#id) } h { x: url(/elsewhere/a.svg) }',
    ])
    // Sheets that import each other have one hash between them.
    expect(await readFile(join(site.root, 'built', path('css/part.css')), 'utf8')).toContain(
      `@import "${path('css/main.css').slice(4)}"`,
    )
  })

  test('#8 modules of the browser, and source maps, are named by their hashed names', async () => {
    await using site = await makeSite({
      'static/js/app.js': [
        "import { a } from './a.js'",
        "export * from '../lib/b.mjs'",
        "import('/static/js/lazy.js')",
        "import 'bare'",
        'const text = "import \'./a.js\'"',
        '//# sourceMappingURL=app.js.map',
      ].join('\n'),
      'static/js/app.js.map': '{}',
      'static/js/a.js': "import './app.js'; export const a = 1 //# sourceMappingURL=none.map",
      'static/lib/b.mjs': 'export const b = 2',
      'static/js/lazy.js': '//',
    })
    const { manifest } = await build(site)
    const path = (name: string): string => manifest.files[name]!.path
    const app = await readFile(join(site.root, 'built', path('js/app.js')), 'utf8')
    expect(app.split('\n')).toEqual([
      `import { a } from "./${path('js/a.js').slice(3)}"`,
      `export * from "../${path('lib/b.mjs')}"`,
      `import("./${path('js/lazy.js').slice(3)}")`,
      "import 'bare'",
      'const text = "import \'./a.js\'"',
      `//# sourceMappingURL=${path('js/app.js.map').slice(3)}`,
    ])
    expect(await readFile(join(site.root, 'built', path('js/a.js')), 'utf8')).toBe(
      `import "./${path('js/app.js').slice(3)}"; export const a = 1 //# sourceMappingURL=none.map`,
    )
    // What is used has changed, and with it the name of what uses it.
    const before = path('js/app.js')
    await site.write('static/lib/b.mjs', 'export const b = 3')
    expect((await build(site)).manifest.files['js/app.js']!.path).not.toBe(before)
  })

  test('#8 names that lead nowhere are told with file and line', async () => {
    await using site = await makeSite({
      'static/a.css':
        'a { b: url(there.png) }\n/* url(x.png) */ c { d: url("none.png?v=1#x") }\n@import "no.css";',
      'static/there.png': 'png',
      'static/ok.css': 'a { b: url(#id); c: url(%23id); d: url(data:,x); e: url(/page); f: url(//h/x) }',
      'apps/blog/static/m.js': "import './gone.js'\nimport 'three'\n//# sourceMappingURL=gone.js.map",
    })
    const broken = findBrokenReferences(site.static, appsOf(site, ['blog']), '/static/')
    expect(broken.map(({ from, name, target, place }) => [from, name, target, place.line])).toEqual([
      ['a.css', 'none.png?v=1#x', 'none.png', 2],
      ['a.css', 'no.css', 'no.css', 3],
      ['blog/m.js', './gone.js', 'blog/gone.js', 1],
    ])
    // A build of them leaves such names as they are.
    const { manifest } = await build(site, 'blog')
    const sheet = await readFile(join(site.root, 'built', manifest.files['a.css']!.path), 'utf8')
    expect(sheet).toContain('url("none.png?v=1#x")')
  })

  test('the same content gives the same names; earlier files stay, and go when they are pruned', async () => {
    await using site = await makeSite({ 'static/a.css': css })
    const first = (await build(site)).manifest.files['a.css']!.path
    expect((await build(site)).manifest.files['a.css']!.path).toBe(first)
    await site.write('static/a.css', `${css}2`)
    const { manifest } = await build(site)
    const second = manifest.files['a.css']!.path
    expect(second).not.toBe(first)
    expect(await readdir(join(site.root, 'built'))).toEqual(
      [first, second].flatMap((name) => [name, `${name}.br`, `${name}.gz`]).sort(),
    )
    const files = staticOf(site, [], { manifest })
    expect(await get(files, first)).toMatchObject({
      text: css,
      headers: { 'cache-control': 'public, max-age=31536000, immutable' },
    })
    expect(await get(files, `${first.slice(0, -6)}0.css`)).toBeUndefined()

    await site.write('built/kept-by-hand.txt', 'mine')
    expect(await pruneStatic(manifest)).toEqual({ files: 3, bytes: expect.any(Number) })
    expect(await readdir(join(site.root, 'built'))).toEqual(
      [second, `${second}.br`, `${second}.gz`, 'kept-by-hand.txt'].sort(),
    )
  })

  test('what a build has made is not made again, unless it is damaged', async () => {
    await using site = await makeSite({ 'static/a.css': css })
    const { manifest } = await build(site)
    const file = join(site.root, 'built', manifest.files['a.css']!.path)
    await writeFile(`${file}.br`, 'marked')
    await build(site)
    expect(await readFile(`${file}.br`, 'utf8')).toBe('marked')
    await rm(`${file}.gz`)
    await build(site)
    expect(gunzipSync(await readFile(`${file}.gz`)).toString()).toBe(css)
    expect(brotliDecompressSync(await readFile(`${file}.br`)).toString()).toBe(css)
  })

  test('a build that is given up leaves nothing of its own', async () => {
    await using site = await makeSite({ 'static/a.css': css })
    await build(site)
    const before = await readdir(join(site.root, 'built'))
    await site.write('static/b.css', `${css}b`)
    const built = await build(site)
    await built.undo()
    expect(await readdir(join(site.root, 'built'))).toEqual(before)
    const gone = buildStatic({
      siteFolder: site.static,
      apps: [],
      url: '/static/',
      folder: join(site.root, 'built'),
      signal: AbortSignal.abort(new Error('enough')),
    })
    await expect(gone).rejects.toThrow('enough')
    expect(await readdir(join(site.root, 'built'))).toEqual(before)
  })

  test('H2 hidden files and links that lead outside are not built', async () => {
    await using site = await makeSite({
      'static/a.txt': 'a',
      'static/.env': 'secret',
      'secret.txt': 'secret',
    })
    await symlink('../secret.txt', join(site.static, 'link.txt'))
    expect(Object.keys((await build(site)).manifest.files)).toEqual(['a.txt'])
  })

  test('a manifest that cannot be used says why; none at all is no error', async () => {
    await using site = await makeSite({
      'broken.json': '{',
      'other.json': '{"version":2}',
    })
    await site.write('evil.json', JSON.stringify({ version: 1, files: { a: { path: '../../secret.txt' } } }))
    expect(readManifest(join(site.root, 'none.json'), site.root)).toBeUndefined()
    for (const [name, reason] of [
      ['broken', 'JSON'],
      ['other', 'another version'],
      ['evil', 'names no file'],
    ] as const) {
      expect(() => readManifest(join(site.root, `${name}.json`), site.root), name).toThrow(
        expect.objectContaining({
          code: 'TAO_STATIC_MANIFEST',
          message: expect.stringContaining(reason),
          hint: 'Run "tao build" again.',
        }),
      )
    }
  })

  test('built files that were removed are served from where they came', async () => {
    await using site = await makeSite({ 'static/a.txt': 'a' })
    const { manifest } = await build(site)
    const files = staticOf(site, [], { manifest: { ...manifest, folder: join(site.root, 'gone') } })
    expect((await get(files, 'a.txt'))?.text).toBe('a')
    expect(files.url('a.txt')).toBe('/static/a.txt')
  })
})
