import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkout } from '../house/source-files.ts'
import { tempSite, writeFile } from '../temp-site.ts'
import { runTao } from './run-tao.ts'

const bin = join(checkout, 'bin/tao.js')

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

test.runIf(process.platform === 'linux')(
  '#24 where the site’s folder is read-only it is kept in the temporary folder, and said so',
  async () => {
    const cwd = site()
    mkdirSync(join(cwd, '.tao'))
    writeFileSync(join(cwd, '.tao/apps.json'), '{ "shop": {} }')
    const temp = mkdtempSync('/tmp/tao-temp-')
    onTestFinished(() => rmSync(temp, { recursive: true }))
    for (const folder of [temp, cwd]) chmodSync(folder, 0o777)
    chmodSync(join(cwd, '.tao'), 0o555)
    // The rights of a folder are nothing to root: then it is nobody.
    const { output, run } = asNobody(cwd, temp)
    expect(run('off', 'blog')).toBe(0)
    expect(output()).toMatch(
      /^blog is off\..*\n.*read-only: this is kept in \/tmp\/tao-temp-\w+\/tao-\d+-apps-/,
    )
    expect(run('on', 'shop')).toBe(0)
    expect(run('list')).toBe(0)
    expect(output()).toMatch(/^blog +here +off .*\nshop +here +on/m)
    // One that may be somebody else's is not believed.
    const spare = join(
      temp,
      readdirSync(temp).find((name) => name.startsWith('tao-'))!,
    )
    renameSync(spare, `${spare}.other`)
    symlinkSync(`${spare}.other`, spare)
    expect(run('list')).toBe(0)
    expect(output()).toMatch(/^blog +here +on .*\nshop +here +off/m)
    chmodSync(temp, 0o555)
    expect(run('off', 'blog')).toBe(1)
    expect(output()).toMatch(/What apps are off cannot be written to .*apps\.json or .*: EACCES/)
  },
)

function asNobody(cwd: string, temp: string): { run(...words: string[]): number | null; output(): string } {
  const who = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  let said = ''
  return {
    run(...words) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'app', ...words], {
        ...who,
        cwd,
        env: { PATH: process.env['PATH'], TMPDIR: temp, NO_COLOR: '1' },
        encoding: 'utf8',
      })
      said = stdout + stderr
      return status
    },
    output: () => said,
  }
}

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
