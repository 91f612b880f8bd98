import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../scaffold/temp-folder.ts'
import { checkout, startNode } from './real-tao.ts'

const windows = process.platform === 'win32'

function npm(cwd: string, ...words: string[]): void {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  execFileSync('npm', [...words, ...quiet], { cwd, stdio: 'pipe', shell: windows })
}

test(
  '#1 #2 the packed tarball, installed, makes a site that installs, type-checks, tests itself and answers',
  { timeout: 300_000 },
  async () => {
    const folder = tempFolder()
    npm(checkout, 'pack', '--pack-destination', folder, '--silent', '--ignore-scripts')
    const [tarball = ''] = readdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    npm(folder, 'install', `./${tarball}`)

    const bin = join(folder, 'node_modules/tao1/bin/tao.js')
    const made = await startNode([bin, 'new-project', 'site'], { cwd: folder }).ended
    expect([made.code, made.stderr]).toEqual([0, '  install  npm install ...\n'])
    const cwd = join(folder, 'site')
    const { dependencies } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as {
      dependencies: object
    }
    expect(dependencies).toEqual({ tao1: `file:${join(folder, tarball)}` })

    // The one that was installed first hands over to the project's own copy.
    for (const words of [['new-app', 'blog'], ['new-app', 'my-shop'], ['check'], ['get', '/blog']]) {
      const { code, stdout, stderr } = await startNode([bin, ...words], { cwd }).ended
      expect(code, `${words.join(' ')}\n${stdout}${stderr}`).toBe(0)
    }
    // The tests of the apps pass, and one that fails is told: its file is the site's own, with something wrong in it.
    const file = join(cwd, 'site.test.ts')
    writeFileSync(file, readFileSync(file, 'utf8').replace('toBe(404)', 'toBe(405)'))
    const tested = await startNode([bin, 'test'], { cwd, env: { NO_COLOR: '1' } }).ended
    expect(tested.stdout).toMatch(/Test Files +1 failed \| 2 passed \(3\)\n +Tests +1 failed/)
    expect(tested.code).toBe(1)
    const types = await startNode([join(cwd, 'node_modules/typescript/bin/tsc')], { cwd }).ended
    expect([types.code, types.stdout]).toEqual([0, ''])
  },
)
