import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { get, isStream, makeSite, openFilesIn, staticOf, tellsOpenFiles } from './site-folder.ts'

const long = 'Thu, 01 Jan 2026 00:00:00 GMT'

describe('createStatic', () => {
  test('#8 files of the site and of its apps are served, nested as they are', async () => {
    await using site = await makeSite({
      'static/site.css': 'site',
      'static/deep/er/a b.txt': 'deep',
      'apps/blog/static/blog.css': 'blog',
      'apps/blog/static/img/x.svg': '<svg/>',
    })
    const files = staticOf(site, ['blog'])
    expect((await get(files, 'site.css'))?.text).toBe('site')
    expect((await get(files, 'deep/er/a%20b.txt'))?.text).toBe('deep')
    expect((await get(files, 'blog/blog.css'))?.text).toBe('blog')
    expect((await get(files, 'blog/img/x.svg'))?.text).toBe('<svg/>')
    expect(await get(files, 'blog/none.css')).toBeUndefined()
  })

  test('#8 the headers are right', async () => {
    await using site = await makeSite({ 'static/a.css': 'body{}' })
    await utimes(join(site.static, 'a.css'), new Date(long), new Date(long))
    const answer = await get(staticOf(site), 'a.css')
    expect(answer?.headers).toEqual({
      'content-type': 'text/css; charset=utf-8',
      'content-length': '6',
      'last-modified': long,
      etag: expect.stringMatching(/^"[\w-]{20}"$/),
      'cache-control': 'public, max-age=3600',
      'accept-ranges': 'bytes',
      vary: 'Accept-Encoding',
    })
    expect((await get(staticOf(site, [], { fresh: true }), 'a.css'))?.headers['cache-control']).toBe(
      'no-cache',
    )
    expect((await get(staticOf(site, [], { maxAge: 0 }), 'a.css'))?.headers['cache-control']).toBe('no-cache')
  })

  test('#8 types are those of the web', async () => {
    const names: Record<string, string> = {
      'a.html': 'text/html; charset=utf-8',
      'a.js': 'text/javascript; charset=utf-8',
      'a.MJS': 'text/javascript; charset=utf-8',
      'a.json': 'application/json; charset=utf-8',
      'a.svg': 'image/svg+xml; charset=utf-8',
      'a.png': 'image/png',
      'a.woff2': 'font/woff2',
      'a.wasm': 'application/wasm',
      'a.webmanifest': 'application/manifest+json; charset=utf-8',
      'a.unknown': 'application/octet-stream',
      constructor: 'application/octet-stream',
      css: 'application/octet-stream',
    }
    await using site = await makeSite(
      Object.fromEntries(Object.keys(names).map((name) => [`static/${name}`, 'x'])),
    )
    const files = staticOf(site)
    for (const [name, type] of Object.entries(names)) {
      expect((await get(files, name))?.headers['content-type'], name).toBe(type)
    }
  })

  test('HEAD answers with the headers of GET and no body; other methods are 405', async () => {
    await using site = await makeSite({ 'static/a.txt': 'hello', 'static/large.bin': Buffer.alloc(3 << 20) })
    const files = staticOf(site)
    for (const name of ['a.txt', 'large.bin']) {
      const full = await get(files, name)
      const head = await get(files, name, {}, 'HEAD')
      expect(head).toEqual({ ...full, text: '' })
    }
    expect(await get(files, 'a.txt', {}, 'POST')).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
    expect(await get(files, 'none', {}, 'POST')).toBeUndefined()
    expect(await openFilesIn(site.root)).toEqual([])
  })

  test('an empty file is served', async () => {
    await using site = await makeSite({ 'static/empty.txt': '' })
    const files = staticOf(site)
    expect(await get(files, 'empty.txt')).toMatchObject({
      status: 200,
      text: '',
      headers: { 'content-length': '0' },
    })
    expect(await get(files, 'empty.txt', { range: 'bytes=0-' })).toMatchObject({ status: 416 })
    expect(await get(files, 'empty.txt', { range: 'bytes=-5' })).toMatchObject({ status: 416 })
  })

  test('conditions are answered as RFC 9110 orders them', async () => {
    await using site = await makeSite({ 'static/a.txt': 'hello' })
    await utimes(join(site.static, 'a.txt'), new Date(long), new Date(long))
    const files = staticOf(site)
    const etag = (await get(files, 'a.txt'))!.headers['etag']!
    const later = 'Fri, 02 Jan 2026 00:00:00 GMT'
    const before = 'Wed, 31 Dec 2025 00:00:00 GMT'
    const table: [Record<string, string>, number][] = [
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': `W/${etag}` }, 304],
      [{ 'if-none-match': `"other", ${etag}` }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-none-match': '"other"', 'if-modified-since': later }, 200],
      [{ 'if-modified-since': long }, 304],
      [{ 'if-modified-since': later }, 304],
      [{ 'if-modified-since': before }, 200],
      [{ 'if-modified-since': 'nonsense' }, 200],
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '*' }, 200],
      [{ 'if-match': `W/${etag}` }, 412],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-unmodified-since': long }, 200],
      [{ 'if-unmodified-since': before }, 412],
      [{ 'if-match': etag, 'if-unmodified-since': before }, 200],
      [{ 'if-match': '"other"', 'if-none-match': etag }, 412],
    ]
    for (const [headers, status] of table) {
      const answer = await get(files, 'a.txt', headers)
      expect(answer?.status, JSON.stringify(headers)).toBe(status)
      if (status === 304) {
        expect(answer).toMatchObject({
          text: '',
          headers: { etag, vary: 'Accept-Encoding', 'cache-control': 'public, max-age=3600' },
        })
        expect(answer?.headers).not.toHaveProperty('content-length')
      }
    }
  })

  test('#8 ranges: one is served, several are answered with the whole, impossible ones with 416', async () => {
    await using site = await makeSite({ 'static/a.txt': '0123456789' })
    const files = staticOf(site)
    const etag = (await get(files, 'a.txt'))!.headers['etag']!
    const table: [string, number, string, string?][] = [
      ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=-30', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=8-800', 206, '89', 'bytes 8-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-0', 416, '', 'bytes */10'],
      ['bytes=4-2', 200, '0123456789'],
      ['bytes=0-1,3-4', 200, '0123456789'],
      ['bytes=-', 200, '0123456789'],
      ['bytes=a-b', 200, '0123456789'],
      ['items=0-1', 200, '0123456789'],
      ['bytes=99999999999999999999-', 200, '0123456789'],
    ]
    for (const [range, status, text, contentRange] of table) {
      const answer = await get(files, 'a.txt', { range })
      expect([answer?.status, answer?.text, answer?.headers['content-range']], range).toEqual([
        status,
        text,
        contentRange,
      ])
      if (status === 206) expect(answer?.headers['content-length']).toBe(String(text.length))
    }
    expect((await get(files, 'a.txt', { range: 'bytes=0-1', 'if-range': etag }))?.status).toBe(206)
    expect((await get(files, 'a.txt', { range: 'bytes=0-1', 'if-range': `W/${etag}` }))?.status).toBe(200)
    expect((await get(files, 'a.txt', { range: 'bytes=0-1', 'if-range': '"old"' }))?.status).toBe(200)
    expect((await get(files, 'a.txt', { range: 'bytes=0-1', 'if-range': long }))?.status).toBe(200)
    expect((await get(files, 'a.txt', { range: 'bytes=0-1' }, 'HEAD'))?.status).toBe(200)
  })

  test('small files come from memory at once, large ones are streamed, in ranges too', async () => {
    const large = Buffer.alloc(5 << 20, 'abcdefghij')
    await using site = await makeSite({ 'static/1m.bin': Buffer.alloc(1 << 20, 1), 'static/5m.bin': large })
    const files = staticOf(site)
    expect(isStream(await files.serve('1m.bin', { method: 'GET', headers: {} }))).toBe(false)
    const again = files.serve('1m.bin', { method: 'GET', headers: {} })
    expect(again).not.toBeInstanceOf(Promise)
    expect(isStream(await files.serve('5m.bin', { method: 'GET', headers: {} }))).toBe(true)
    expect((await get(files, '5m.bin'))?.text).toBe(large.toString('latin1'))
    const range = { range: 'bytes=1048575-3145728' }
    expect((await get(files, '5m.bin', range))?.text).toBe(
      large.subarray(1_048_575, 3_145_729).toString('latin1'),
    )
    expect(await openFilesIn(site.root)).toEqual([])
  })

  test('a stream that nobody reads or that is left in the middle holds no file open', async () => {
    await using site = await makeSite({ 'static/5m.bin': Buffer.alloc(5 << 20) })
    const files = staticOf(site)
    for (let i = 0; i < 20; i++) {
      const unread = (await files.serve('5m.bin', { method: 'GET', headers: {} }))!.body as Readable
      if (i % 2 === 0) unread.destroy()
      const left = (await files.serve('5m.bin', { method: 'GET', headers: {} }))!.body as Readable
      const closed = new Promise((resolve) => left.once('close', resolve))
      left.once('readable', () => left.destroy())
      await closed
    }
    await vi.waitFor(async () => expect(await openFilesIn(site.root)).toEqual([]))
  })

  test('clients that leave in the middle of a large file leave nothing open', async () => {
    await using site = await makeSite({ 'static/40m.bin': Buffer.alloc(40 << 20) })
    const files = staticOf(site)
    const server = createServer((request, response) => {
      void (async () => {
        const answer = await files.serve(request.url!.slice(1), { method: 'GET', headers: request.headers })
        response.writeHead(answer!.status, answer!.headers)
        await pipeline(answer!.body as Readable, response).catch(() => undefined)
      })()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const sockets = Array.from({ length: 20 }, () =>
      connect((server.address() as AddressInfo).port, '127.0.0.1'),
    )
    for (const socket of sockets) {
      socket.write('GET /40m.bin HTTP/1.1\r\nHost: a\r\n\r\n')
      await once(socket, 'data')
      socket.pause()
    }
    if (tellsOpenFiles) expect((await openFilesIn(site.root)).length).toBe(20)
    for (const socket of sockets) socket.destroy()
    await vi.waitFor(async () => expect(await openFilesIn(site.root)).toEqual([]), 5000)
    server.close()
    await once(server, 'close')
  })

  test('a file that becomes shorter while it is sent ends in an error, not in silence', async () => {
    await using site = await makeSite({ 'static/5m.bin': Buffer.alloc(5 << 20) })
    const stream = (await staticOf(site).serve('5m.bin', { method: 'GET', headers: {} }))!.body as Readable
    await writeFile(join(site.static, '5m.bin'), 'short')
    await expect(stream.toArray()).rejects.toThrow('became shorter')
    expect(await openFilesIn(site.root)).toEqual([])
  })

  test('in development a changed, renamed, replaced or removed file shows at once', async () => {
    await using site = await makeSite({ 'static/a.txt': 'one' })
    const files = staticOf(site, ['blog'], { fresh: true })
    expect((await get(files, 'a.txt'))?.text).toBe('one')
    await site.write('static/a.txt', 'two')
    expect((await get(files, 'a.txt'))?.text).toBe('two')
    await rename(await site.write('static/b.txt', 'six'), join(site.static, 'a.txt'))
    expect((await get(files, 'a.txt'))?.text).toBe('six')
    await rm(join(site.static, 'a.txt'))
    expect(await get(files, 'a.txt')).toBeUndefined()
    await site.write('apps/blog/static/c.txt', 'app')
    expect((await get(files, 'blog/c.txt'))?.text).toBe('app')
    await site.write('static/blog/c.txt', 'site')
    expect((await get(files, 'blog/c.txt'))?.text).toBe('site')
  })

  test('in production the disk is asked at most once a second', async () => {
    await using site = await makeSite({ 'static/a.txt': 'one' })
    const files = staticOf(site)
    expect((await get(files, 'a.txt'))?.text).toBe('one')
    await site.write('static/a.txt', 'two')
    expect((await get(files, 'a.txt'))?.text).toBe('one')
    const now = Date.now()
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now + 1001)
    try {
      expect((await get(files, 'a.txt'))?.text).toBe('two')
    } finally {
      clock.mockRestore()
    }
  })

  test('an app is served from its own folder when its link is missing, stale or leads elsewhere', async () => {
    await using site = await makeSite({ 'apps/blog/static/a.txt': 'blog', 'apps/shop/static/a.txt': 'shop' })
    const files = staticOf(site, ['blog', 'shop'], { fresh: true })
    expect((await get(files, 'blog/a.txt'))?.text).toBe('blog')
    const link = join(site.static, 'blog')
    for (const target of ['../apps/blog/static', '../apps/gone/static', '../apps/shop/static']) {
      await symlink(target, link)
      expect((await get(files, 'blog/a.txt'))?.text, target).toBe('blog')
      await rm(link)
    }
  })

  test("the site's own real folder goes before the app's, file by file", async () => {
    await using site = await makeSite({
      'apps/blog/static/a.css': 'app',
      'apps/blog/static/b.css': 'app',
      'static/blog/a.css': 'site',
    })
    const files = staticOf(site, ['blog'])
    expect((await get(files, 'blog/a.css'))?.text).toBe('site')
    expect((await get(files, 'blog/b.css'))?.text).toBe('app')
  })

  test('H2 nothing outside, hidden or odd is served', async () => {
    await using site = await makeSite({
      'secret.txt': 'secret',
      'settings.ts': 'secret',
      'apps/blog/views.ts': 'secret',
      'apps/blog/static/a.txt': 'fine',
      'static/.env': 'secret',
      'static/.git/config': 'secret',
      'static/dir/.hidden/x.txt': 'secret',
      'static/dir/a.txt': 'fine',
      'static/\\': 'secret',
    })
    const files = staticOf(site, ['blog'])
    const paths = [
      '../secret.txt',
      '..%2fsecret.txt',
      '%2e%2e/secret.txt',
      '%2e%2e%2fsecret.txt',
      'dir/../../secret.txt',
      'dir/%2e%2e/%2e%2e/secret.txt',
      '..\\secret.txt',
      '..%5csecret.txt',
      'blog/../views.ts',
      'blog/..%2fviews.ts',
      '%252e%252e/secret.txt',
      '/etc/passwd',
      '//etc/passwd',
      `${site.root}/secret.txt`,
      '.env',
      '%2eenv',
      '.git/config',
      'dir/.hidden/x.txt',
      'dir',
      'dir/',
      '',
      '/',
      'blog',
      'blog/',
      'dir//a.txt',
      './dir/a.txt',
      'dir/./a.txt',
      'dir/a.txt%00',
      'dir/a.txt%00.css',
      '%00',
      '\\',
      '%5c',
      'dir/a.txt/',
      'dir/a.txt/x',
      '%',
      '%zz',
      '%c0%ae%c0%ae/secret.txt',
      '%ff',
      'x'.repeat(300),
      `${'x/'.repeat(3000)}y`,
      'dir/a.txt%0a',
      '__proto__',
      'constructor/x',
    ]
    for (const path of paths) expect(await get(files, path), path).toBeUndefined()
    expect((await get(files, 'dir/a.txt'))?.text).toBe('fine')
    expect((await get(files, 'dir/%61.txt'))?.text).toBe('fine')
  })

  test('H2 a link that leaves the static folders, or reaches a dotfile, is not followed', async () => {
    await using site = await makeSite({
      'secret.txt': 'secret',
      'other/x.txt': 'secret',
      'static/.hidden': 'secret',
      'static/real/a.txt': 'fine',
      'apps/blog/static/b.txt': 'fine',
    })
    await symlink('../secret.txt', join(site.static, 'link.txt'))
    await symlink('../other', join(site.static, 'folder'))
    await symlink('.hidden', join(site.static, 'dot.txt'))
    await symlink('loop', join(site.static, 'loop'))
    await symlink('../../../secret.txt', join(site.root, 'apps/blog/static/link.txt'))
    await symlink('real', join(site.static, 'inside'))
    await symlink('../apps/blog/static/b.txt', join(site.static, 'b.txt'))
    await symlink('../other', join(site.static, 'shop'))
    const files = staticOf(site, ['blog'])
    for (const path of [
      'link.txt',
      'folder/x.txt',
      'dot.txt',
      'loop',
      'loop/x',
      'blog/link.txt',
      'shop/x.txt',
    ]) {
      expect(await get(files, path), path).toBeUndefined()
    }
    expect((await get(files, 'inside/a.txt'))?.text).toBe('fine')
    expect((await get(files, 'b.txt'))?.text).toBe('fine')
  })

  test('H2 whatever the path, only files of the static folders are served', async () => {
    await using site = await makeSite({
      'secret.txt': 'secret',
      'static/a/b.txt': 'fine',
      'static/.env': 'secret',
      'apps/blog/static/a/b.txt': 'fine',
      'apps/blog/secret.txt': 'secret',
    })
    const files = staticOf(site, ['blog'])
    const piece = fc.constantFrom(
      'a',
      'b.txt',
      '/',
      '..',
      '.',
      '%2e',
      '%2f',
      '%5c',
      '\\',
      'blog',
      'secret.txt',
      '.env',
      '%00',
      '%',
      '%25',
      '~',
      ' ',
      'é',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const answer = await get(files, pieces.join(''))
        if (answer !== undefined) expect(answer).toMatchObject({ status: 200, text: 'fine' })
      }),
      { numRuns: 2000 },
    )
  })

  test('compressed forms beside a file are used by those who accept them', async () => {
    const text = 'body { color: red }\n'.repeat(100)
    const br = brotliCompressSync(text)
    await using site = await makeSite({
      'static/a.css': text,
      'static/a.css.br': br,
      'static/a.css.gz': 'gz',
    })
    const files = staticOf(site)
    const plain = (await get(files, 'a.css'))!
    expect(plain.headers['vary']).toBe('Accept-Encoding')
    expect(plain.headers).not.toHaveProperty('content-encoding')
    const compressed = (await get(files, 'a.css', { 'accept-encoding': 'gzip, deflate, br' }))!
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/css; charset=utf-8',
      'content-length': String(br.length),
      vary: 'Accept-Encoding',
    })
    expect(compressed.headers['etag']).not.toBe(plain.headers['etag'])
    expect(brotliDecompressSync(Buffer.from(compressed.text, 'latin1')).toString()).toBe(text)
    const choices: [string, string | undefined][] = [
      ['br;q=0, gzip', 'gzip'],
      ['BR', 'br'],
      ['gzip;q=0.5', 'gzip'],
      ['identity', undefined],
      ['br;q=0.0,gzip;q=0', undefined],
      ['brotli', undefined],
      ['', undefined],
    ]
    for (const [accepted, encoding] of choices) {
      expect(
        (await get(files, 'a.css', { 'accept-encoding': accepted }))?.headers['content-encoding'],
        accepted,
      ).toBe(encoding)
    }
    const tag = { 'accept-encoding': 'br', 'if-none-match': compressed.headers['etag']! }
    expect((await get(files, 'a.css', tag))?.status).toBe(304)
    expect(await get(files, 'a.css', { 'accept-encoding': 'br', range: 'bytes=0-3' })).toMatchObject({
      status: 206,
      text: 'body',
    })
  })

  test('a compressed form older than its file is left out', async () => {
    await using site = await makeSite({ 'static/a.css': 'new', 'static/a.css.br': 'old' })
    await utimes(join(site.static, 'a.css.br'), new Date(long), new Date(long))
    const answer = await get(staticOf(site), 'a.css', { 'accept-encoding': 'br' })
    expect(answer?.text).toBe('new')
    expect(answer?.headers).not.toHaveProperty('content-encoding')
  })

  test('the memory is bounded: a file that was pushed out is read again', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `f${i}.bin`)
    await using site = await makeSite(
      Object.fromEntries(names.map((name) => [`static/${name}`, Buffer.alloc(1000, name)])),
    )
    const files = staticOf(site, [], { memory: 10_000 })
    for (const name of [...names, ...names])
      expect((await get(files, name))?.text.startsWith(name)).toBe(true)
    expect(files.serve('f9.bin', { method: 'GET', headers: {} })).not.toBeInstanceOf(Promise)
    expect(files.serve('f0.bin', { method: 'GET', headers: {} })).toBeInstanceOf(Promise)
    const none = staticOf(site, [], { memory: 0 })
    expect((await get(none, 'f0.bin'))?.status).toBe(200)
  })

  test('a hundred askers at once read the file once', async () => {
    await using site = await makeSite({ 'static/a.txt': 'one' })
    const files = staticOf(site)
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => files.serve('a.txt', { method: 'GET', headers: {} })),
    )
    expect(new Set(answers.map((answer) => answer?.body)).size).toBe(1)
  })

  test('folders that are not there yet are no error', async () => {
    await using site = await makeSite()
    await rm(site.static, { recursive: true })
    const files = staticOf(site, ['blog'], { fresh: true })
    expect(await get(files, 'a.txt')).toBeUndefined()
    expect(files.list()).toEqual([])
    await mkdir(site.static)
    await site.write('static/a.txt', 'new')
    expect((await get(files, 'a.txt'))?.text).toBe('new')
  })
})

describe('url, has and list', () => {
  test('#8 static() gives the URL of a file', async () => {
    await using site = await makeSite()
    const { url } = staticOf(site)
    expect(url('blog/blog.css')).toBe('/static/blog/blog.css')
    expect(url('/blog/blog.css')).toBe('/static/blog/blog.css')
    expect(url('a b/ü%.css')).toBe('/static/a%20b/%C3%BC%25.css')
    expect(url('a.svg#\ud800')).toBe('/static/a.svg#%EF%BF%BD')
    expect(url('icons.svg#home')).toBe('/static/icons.svg#home')
    expect(url('a.js?v=1&w=a b')).toBe('/static/a.js?v=1&w=a%20b')
    for (const path of ['../x', 'a/../b', '', '.env', 'a//b', 'a\\b', 'a/', '\ud800']) {
      expect(() => url(path), path).toThrow(expect.objectContaining({ code: 'TAO_STATIC_PATH' }))
    }
  })

  test('has and list know what is served', async () => {
    await using site = await makeSite({
      'static/site.css': '',
      'static/.hidden': '',
      'static/blog/over.css': 'site',
      'apps/blog/static/over.css': 'app',
      'apps/blog/static/deep/b.css': '',
    })
    const files = staticOf(site, ['blog'])
    expect(files.list().map(({ path, app }) => [path, app])).toEqual([
      ['blog/deep/b.css', 'blog'],
      ['blog/over.css', undefined],
      ['site.css', undefined],
    ])
    for (const path of ['site.css', '/site.css', 'site.css?x', 'blog/deep/b.css'])
      expect(files.has(path), path).toBe(true)
    for (const path of ['none.css', '.hidden', '../settings.ts', 'blog', ''])
      expect(files.has(path), path).toBe(false)
  })
})
