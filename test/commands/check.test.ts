import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempSite, type SiteFiles } from '../temp-site.ts'
import { runTao } from './run-tao.ts'

const blog: SiteFiles = {
  'settings.ts': `export default { secretKeys: [process.env['SECRET_KEY'] ?? ''] }`,
  '.env': 'SECRET_KEY=k3k9dkalwo29vnbqpz0184kdjfu2mvlq',
  'apps/blog/routes.ts': `import { route, templ } from 'tao1'
export default [route('GET', '/blog', (request) => templ('blog:index', request), 'index')]`,
  'apps/blog/templ/index.html': '<p>{{ static("blog/blog.css") }}</p>',
  'apps/blog/static/blog.css': '',
}

interface Found {
  findings: { id: string; level: string; file?: string; line?: number; fix?: string }[]
  fixes: { id: string }[]
}

test('findings have a level, an id, a place and a hint, and the exit code is 3', async () => {
  const cwd = tempSite({
    ...blog,
    'apps/blog/templ/index.html': '\n{% include "blog:menue" %}',
    'apps/blog/templ/menu.html': '',
  })
  const { code, stdout, stderr } = await runTao(['check'], { cwd })
  expect(code).toBe(3)
  expect(stdout).toMatch(
    /^(?:error|warning): .*blog:menue.* \(tao\.\w\d+\)\n {2}at {4}apps\/blog\/templ\/index\.html:2/m,
  )
  expect(stdout).toMatch(/^ {2}hint {2}.*blog:menu/m)
  expect(stderr).toMatch(/^\d (?:error|warning)/)
  const json = JSON.parse((await runTao(['check', '--json'], { cwd })).stdout) as Found
  expect(json.findings).toContainEqual(
    expect.objectContaining({ file: 'apps/blog/templ/index.html', line: 2 }),
  )
})

test('--fix mends what can be mended, and looks again', async () => {
  const cwd = tempSite({ ...blog, 'static/site.css': '' })
  const before = JSON.parse(
    (await runTao(['check', '--json', '--fail-level', 'info'], { cwd })).stdout,
  ) as Found
  expect(before.findings.filter(({ fix }) => fix !== undefined)).toHaveLength(1)
  const { stderr } = await runTao(['check', '--fix'], { cwd })
  expect(stderr).toMatch(/^mended: /)
  expect(lstatSync(join(cwd, 'static/blog')).isSymbolicLink()).toBe(true)
  const after = JSON.parse((await runTao(['check', '--json'], { cwd })).stdout) as Found
  expect(after.findings.filter(({ fix }) => fix !== undefined)).toEqual([])
})

test('--fail-level says what counts', async () => {
  const cwd = tempSite({ ...blog, 'settings.ts': `export default { nmae: 'x' }` })
  const codes = await Promise.all(
    ['debug', 'error'].map(async (level) => (await runTao(['check', '--fail-level', level], { cwd })).code),
  )
  expect(codes).toEqual([3, 3])
  expect((await runTao(['check', '--fail-level', 'fatal'], { cwd })).code).toBe(2)
})
