import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempSite } from '../temp-site.ts'
import { runTao } from './run-tao.ts'

const importCommand = `
import { defineCommand } from 'tao1'
export default defineCommand({
  summary: 'Read posts from a file',
  arguments: [{ name: 'file', description: 'The file', required: true }],
  options: [
    { name: 'dry-run', type: 'boolean', description: 'Write nothing' },
    { name: 'limit', type: 'number', description: 'At most so many', default: 10 },
  ],
  examples: ['tao blog:import posts.json'],
  run({ args, options, app, stdout }) {
    stdout.line(JSON.stringify({ ...args, ...options, site: app.settings.name, list: app.url('blog:index') }))
    return 7
  },
})`

function site(): string {
  return tempSite({
    'settings.ts': `export default { name: 'mine', secretKeys: ['k3k9dkalwo29vnbqpz0184kdjfu2mvlq'], database: 'mongodb://127.0.0.1:1/none' }`,
    'apps/blog/routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/blog', () => 'x', 'index')]`,
    'apps/blog/commands/import.ts': importCommand,
    'apps/blog/commands/broken.ts': 'export default 5',
    'apps/blog/commands/README.md': 'no command',
    'commands/reindex.ts': `export default { summary: 'Make the indexes', run: ({ stdout }) => stdout.line('done') }`,
  })
}

test('a file in commands/ of an app becomes tao APP:FILE, with arguments, options and the site', async () => {
  const cwd = site()
  const { code, stdout, stderr } = await runTao(['blog:import', 'posts.json', '--limit', '3'], { cwd })
  expect([code, stderr]).toEqual([7, ''])
  expect(JSON.parse(stdout)).toEqual({
    file: 'posts.json',
    dryRun: false,
    limit: 3,
    site: 'mine',
    list: '/blog',
  })
})

test('it has a help, a check of its words, and completion as any other', async () => {
  const cwd = site()
  const help = await runTao(['blog:import', '--help'], { cwd })
  expect(help.stdout).toMatch(/^Read posts from a file\.\n\nUsage: {2}tao blog:import FILE \[options\]/)
  const wrong = await runTao(['blog:import', 'x', '--limt', '3'], { cwd })
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('Did you mean "--limit"?')
  const completed = await runTao(['complete', 'bash', '--', 'blog:import', '--d'], { cwd })
  expect(completed.stdout).toBe('--dry-run\n')
})

test('commands/ of the site itself has commands without an app', async () => {
  const { code, stdout } = await runTao(['reindex'], { cwd: site() })
  expect([code, stdout]).toEqual([0, 'done\n'])
})

test('the help and completion name them, in the project alone', async () => {
  const cwd = site()
  expect((await runTao(['--help'], { cwd })).stdout).toMatch(
    /Of the apps here:\n {2}reindex {2}blog:broken {2}blog:import\n/,
  )
  expect((await runTao(['complete', 'zsh', '--', 'blog'], { cwd })).stdout).toBe(
    'blog\\:broken\nblog\\:import\n',
  )
  expect((await runTao(['--help'])).stdout).not.toContain('Of the apps')
})

test('a mistyped one is answered with the nearest', async () => {
  const { code, stderr } = await runTao(['blog:imprt'], { cwd: site() })
  expect(code).toBe(2)
  expect(stderr).toBe('error: There is no command "blog:imprt".\nhint:  Did you mean "blog:import"?\n')
})

test('a file that is no command is named', async () => {
  const cwd = site()
  const { code, stderr } = await runTao(['blog:broken'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^error: apps\/blog\/commands\/broken\.ts is no command: it exports none by default\./,
  )
})

test('a command that throws is answered with the sentence and the place', async () => {
  const cwd = site()
  const file = join(cwd, 'commands/reindex.ts')
  writeFileSync(
    file,
    `export default {\n  summary: 'Fail',\n  run() {\n    throw new Error('no such index')\n  },\n}`,
  )
  const { code, stderr } = await runTao(['reindex'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('error: no such index\n')
  expect(stderr).toContain(`at:    ${file}:4:`)
})
