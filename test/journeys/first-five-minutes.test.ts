import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject, startTao, tao } from './real-tao.ts'

test(
  '#1 #2 a project and two apps are made, checked and served, in a path with spaces and umlauts',
  { timeout: 180_000 },
  async () => {
    const cwd = await makeProject()
    for (const app of ['blog', 'my-shop']) {
      const { code, stdout } = await tao(['new-app', app], { cwd })
      expect(code).toBe(0)
      expect(stdout).toContain(`http://127.0.0.1:8000/${app}`)
    }

    const routes = await tao(['routes'], { cwd })
    expect([routes.code, routes.stderr]).toEqual([0, '7 routes\n'])
    expect(routes.stdout).toMatch(
      /^GET +\/blog\/\{slug\} +blog:entry +blog +entry +apps\/blog\/views\.ts:\d+$/m,
    )
    expect(routes.stdout).toMatch(
      /^POST +\/my-shop +my-shop:create +my-shop +create +apps\/my-shop\/views\.ts:\d+$/m,
    )

    const check = await tao(['check', '--json'], { cwd })
    expect(JSON.parse(check.stdout)).toEqual({ findings: [], fixes: [] })
    expect(check.code).toBe(0)

    expect(readFileSync(join(cwd, '.tao/types.d.ts'), 'utf8')).toContain("'my-shop:entry': { slug: UrlText }")

    const served = startTao(['serve', '--port', '0'], { cwd })
    const [, url = ''] = await served.printed(/at (http:\S+?)\. Ctrl-C/)
    const welcome = await (await fetch(url)).text()
    expect(welcome).toContain('<h1>Site</h1>')
    expect(welcome).toContain('<a href="/blog">')
    expect(welcome).not.toMatch(/https?:\/\//)
    expect((await fetch(`${url}/static/my-shop/my-shop.css`)).headers.get('content-type')).toBe(
      'text/css; charset=utf-8',
    )

    const added = await fetch(`${url}/blog`, {
      method: 'POST',
      body: new URLSearchParams({ title: 'Hello, World!', text: '<b>&' }),
      redirect: 'manual',
    })
    expect([added.status, added.headers.get('location')]).toEqual([303, '/blog/hello-world'])
    const [cookie = ''] = added.headers.getSetCookie()[0]!.split(';')
    const page = await (await fetch(`${url}/blog/hello-world`, { headers: { cookie } })).text()
    expect(page).toContain('&lt;b&gt;&amp;')
    expect(page).toContain(
      '<p class="flash flash-info" role="status">&quot;Hello, World!&quot; was added.</p>',
    )
    expect((await fetch(`${url}/my-shop/hello-world`)).status).toBe(404)
    const wrong = await fetch(`${url}/blog`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: '{"title":5,"text":""}',
    })
    expect(wrong.status).toBe(400)
    expect(await wrong.text()).toContain('/title')
    served.child.kill('SIGINT')
    expect(await served.ended).toMatchObject({ code: 0, signal: null })

    const again = await tao(['get', '/blog', '--quiet'], { cwd })
    expect([again.code, again.stdout.includes('Hello, World!')]).toEqual([0, true])
    expect((await tao(['get', '/nowhere'], { cwd })).code).toBe(22)
    const shell = await tao(['shell', '-c', 'db.collection("blog.entries").countDocuments()'], { cwd })
    expect([shell.code, shell.stdout]).toEqual([0, '1\n'])
  },
)

test('an app that is removed is gone, its link too', async () => {
  const cwd = await makeProject()
  await tao(['new-app', 'blog'], { cwd })
  rmSync(join(cwd, 'apps/blog'), { recursive: true })
  const { code, stdout } = await tao(['routes', '--json'], { cwd })
  expect(code).toBe(0)
  expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(['index'])
  expect((await tao(['check', '--fix'], { cwd })).code).toBe(0)
})

test('the welcome page lists the pages of apps, and not those of the toolbar', async () => {
  const cwd = await makeProject()
  await tao(['new-app', 'blog'], { cwd })
  const served = startTao(['serve', '--reload', '--poll', '--port', '0'], { cwd })
  const [, url = ''] = await served.printed(/Serving (http:\S+?), reloading/)
  expect((await fetch(`${url}/__tao__/toolbar`)).status).toBe(200)
  const page = await (await fetch(url)).text()
  const [, list = ''] = /<ul class="pages">([\s\S]*?)<\/ul>/.exec(page) ?? []
  expect([...list.matchAll(/href="([^"]*)"/g)].map(([, path]) => path)).toEqual(['/blog'])
})
