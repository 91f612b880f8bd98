import { readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { buildStatic, readManifest, type BuiltStatic } from '../../src/static/index.ts'
import { get, makeSite, staticOf, type SiteFolder } from './site-folder.ts'

async function build(site: SiteFolder, ...apps: string[]): Promise<BuiltStatic> {
  return await buildStatic({
    siteFolder: site.static,
    apps: apps.map((name) => ({ name, staticFolder: join(site.root, 'apps', name, 'static') })),
    url: '/static/',
    folder: join(site.root, 'built'),
  })
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
    expect(readManifest(join(site.root, 'built.json'))).toEqual(manifest)
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
    // One of two sheets that import each other has to keep a plain name, which is served too.
    expect(await readFile(join(site.root, 'built', path('css/part.css')), 'utf8')).toContain(
      '@import "main.css"',
    )
  })

  test('the same content gives the same names; the build before is kept, older ones go', async () => {
    await using site = await makeSite({ 'static/a.css': css })
    const first = (await build(site)).manifest.files['a.css']!.path
    expect((await build(site)).manifest.files['a.css']!.path).toBe(first)
    await site.write('static/a.css', `${css}2`)
    const second = (await build(site)).manifest.files['a.css']!.path
    expect(second).not.toBe(first)
    expect(await readdir(join(site.root, 'built'))).toEqual(
      [first, second].flatMap((name) => [name, `${name}.br`, `${name}.gz`]).sort(),
    )
    await site.write('built/kept-by-hand.txt', 'mine')
    await site.write('static/a.css', `${css}3`)
    await build(site)
    const names = await readdir(join(site.root, 'built'))
    expect(names).not.toContain(first)
    expect(names).toContain(second)
    expect(names).toContain('kept-by-hand.txt')
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
    expect(readManifest(join(site.root, 'none.json'))).toBeUndefined()
    for (const [name, reason] of [
      ['broken', 'JSON'],
      ['other', 'another version'],
      ['evil', 'names no file'],
    ] as const) {
      expect(() => readManifest(join(site.root, `${name}.json`)), name).toThrow(
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
