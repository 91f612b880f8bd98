import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { findProject } from '../project/index.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { notInstalled } from './errors.ts'
import { assertInstalled } from './assert-installed.ts'
import { projectPackageManager } from './installers.ts'

export const command: Command = defineBuiltIn({
  name: 'test',
  summary: 'Run the tests of the site',
  description: 'The tests are run by vitest; its own options may follow.',
  arguments: [
    { name: 'files', description: 'Only the files whose path has one of these in it', variadic: true },
  ],
  options: [
    { name: 'watch', type: 'boolean', short: 'w', description: 'Run them again when a file changes' },
  ],
  examples: ['tao test', 'tao test apps/blog', 'tao test -t "a new entry"'],
  passUnknown: true,
  async run({ args, options, cwd, env, interruption }) {
    const { root } = findProject(cwd)
    assertInstalled(root)
    const child = spawn(
      process.execPath,
      [findVitest(root), options.watch ? 'watch' : 'run', '--root', root, ...args.files],
      { cwd: root, env: { ...env, NODE_ENV: 'test' }, stdio: 'inherit' },
    )
    // Ctrl-C reaches vitest, too; it ends by itself, and we after it.
    const signal = interruption()
    signal.addEventListener('abort', () => child.kill('SIGTERM'))
    return new Promise<number>((done, fail) => {
      child.once('error', fail)
      child.once('close', (code) => done(signal.aborted ? 130 : (code ?? 1)))
    })
  },
})

function findVitest(root: string): string {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('vitest/package.json')
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { vitest: string } }
    return join(dirname(manifest), bin.vitest)
  } catch (error) {
    const manager = projectPackageManager(root)
    const add = manager === 'npm' ? 'npm install --save-dev' : `${manager} add -D`
    throw notInstalled('vitest, which runs the tests,', { hint: `${add} vitest@4`, cause: error })
  }
}
