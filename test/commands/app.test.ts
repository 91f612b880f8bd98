import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempSite, writeFile } from '../temp-site.ts'
import { runTao } from './run-tao.ts'

const routes = `import { route } from 'tao1'\nexport default [route('GET', '/x', () => 'x', 'index')]`

function site(settings = 'export default {}'): string {
  return tempSite({
    'settings.ts': settings,
    'apps/blog/routes.ts': routes.replace('/x', '/blog'),
    'apps/shop/routes.ts': routes.replace('/x', '/shop'),
  })
}

test('#24 tao app lists the apps, turns one off with what its visitors are told, and on again', async () => {
  const cwd = site()
  expect(await runTao(['app'], { cwd })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/blog +here +on/),
  })
  expect(
    await runTao(['app', 'off', 'blog', '--message', 'Back at noon.', '--retry-after', '60'], { cwd }),
  ).toEqual({ code: 0, stdout: '', stderr: 'blog is off. Servers that run see it within a second.\n' })
  const list = await runTao(['app', 'list'], { cwd })
  expect(list.stdout).toMatch(
    /^blog +here +off +2026-11-21T00:00:00.000Z +Back at noon\. \(again in 60 seconds\)$/m,
  )
  expect(list.stdout).toMatch(/^shop +here +on +$/m)
  expect(JSON.parse((await runTao(['app', 'status', 'blog', '--json'], { cwd })).stdout)).toEqual([
    {
      name: 'blog',
      state: 'off',
      off: { by: 'command', since: '2026-11-21T00:00:00.000Z', message: 'Back at noon.', retryAfter: 60 },
      remote: null,
    },
  ])
  // Twice is once, and what is told may change.
  expect((await runTao(['app', 'off', 'blog'], { cwd })).code).toBe(0)
  expect(readFileSync(join(cwd, '.tao/apps.json'), 'utf8')).not.toContain('noon')
  expect((await runTao(['app', 'on', 'blog'], { cwd })).stderr).toMatch(/^blog is on/)
  expect((await runTao(['app', 'on', 'blog'], { cwd })).code).toBe(0)
  expect(readFileSync(join(cwd, '.tao/apps.json'), 'utf8')).toBe('{}\n')
})

test('#24 a wrong name gets the nearest one and exit code 2; wrong words are wrong usage', async () => {
  const cwd = site()
  const wrong = await runTao(['app', 'off', 'blgo'], { cwd })
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('There is no app "blgo" in this project.')
  expect(wrong.stderr).toContain('Did you mean "blog"?')
  expect((await runTao(['app', 'of', 'blog'], { cwd })).code).toBe(2)
  expect((await runTao(['app', 'off'], { cwd })).stderr).toContain('Which app?')
  expect((await runTao(['app', 'on', 'blog', '--message', 'x'], { cwd })).code).toBe(2)
  expect((await runTao(['app', 'off', 'blog', '--retry-after', '-1'], { cwd })).code).toBe(2)
  expect((await runTao(['app', 'off', 'blog', '--retry-after', '1.5'], { cwd })).code).toBe(2)
})

test('#24 what the settings keep off cannot be turned on here; a broken file is told', async () => {
  const cwd = site(`export default {\n  apps: { blog: { off: { message: 'Moving.' } } },\n}`)
  const refused = await runTao(['app', 'on', 'blog'], { cwd })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('settings.apps.blog.off keeps the app off')
  expect(refused.stderr).toContain('settings.ts:2')
  expect((await runTao(['app'], { cwd })).stdout).toMatch(/blog +here +off +settings +Moving\./)
  writeFile(cwd, '.tao/apps.json', '')
  writeFileSync(join(cwd, '.tao/apps.json'), '{')
  expect((await runTao(['app'], { cwd })).stderr).toContain('which says what apps are off, could not be read')
})
