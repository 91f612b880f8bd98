import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject, startTao, tao } from './real-tao.ts'

test('an app made while the site is served is live at once, and gone when it is removed', async () => {
  const cwd = await makeProject()
  // Without the file system's events, of which a machine has only so many to give.
  const served = startTao(['serve', '--reload', '--poll', '--port', '0'], { cwd })
  const [, url = ''] = await served.printed(/Serving (http:\S+?), reloading/)
  expect((await fetch(`${url}/blog`)).status).toBe(404)

  expect((await tao(['new-app', 'blog'], { cwd })).code).toBe(0)
  const [, page = ''] = await served.printed(/New app blog: (\S+)/)
  expect(page).toBe(`${url}/blog`)
  const response = await fetch(page)
  expect([response.status, (await response.text()).includes('<h1>Blog</h1>')]).toEqual([200, true])
  expect((await fetch(`${url}/static/blog/blog.css`)).status).toBe(200)

  rmSync(join(cwd, 'apps/blog'), { recursive: true })
  await served.printed(/App blog is gone/)
  expect((await fetch(page)).status).toBe(404)
  served.child.kill('SIGINT')
  expect(await served.ended).toMatchObject({ code: 0 })
})
