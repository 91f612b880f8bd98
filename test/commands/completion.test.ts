import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { tempFolder } from '../scaffold/temp-folder.ts'
import { runTao } from './run-tao.ts'

const bin = fileURLToPath(new URL('../../bin/tao.js', import.meta.url))

test.each([
  [['ne'], 'new-project\nnew-app\n'],
  [['--v'], '--version\n'],
  [['completion', ''], 'bash\nzsh\nfish\n'],
  [['new-project', 'x', '--package-manager', ''], 'npm\npnpm\nyarn\nbun\n'],
  [['new-project', 'x', '--package-manager', 'p'], 'pnpm\n'],
  [['new-app', '--dry-run', '--'], '--json\n--help\n'],
  [['help', 'ro'], 'routes\n'],
  [['no-such-command', ''], ''],
])('after tao %j come the words that may', async (words, expected) => {
  expect((await runTao(['complete', 'bash', '--', ...words])).stdout).toBe(expected)
})

test('zsh and fish see the descriptions too', async () => {
  expect((await runTao(['complete', 'zsh', '--', 'secr'])).stdout).toBe('secret:Print a new SECRET_KEY\n')
  expect((await runTao(['complete', 'fish', '--', 'secr'])).stdout).toBe('secret\tPrint a new SECRET_KEY\n')
})

describe.each(['bash', 'zsh', 'fish'])('the script for %s', (shell) => {
  const isThere = spawnSync(shell, ['-c', 'exit 0']).status === 0

  test.runIf(isThere)('is one that the shell can read', async () => {
    const { stdout } = await runTao(['completion', shell])
    const file = join(tempFolder(), 'script')
    writeFileSync(file, stdout)
    expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })
})

test.runIf(process.platform !== 'win32')(
  'bash completes commands, options, and names with a colon',
  async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'bin'))
    symlinkSync(bin, join(folder, 'bin/tao'))
    writeFileSync(join(folder, 'settings.ts'), '')
    mkdirSync(join(folder, 'apps/blog/commands'), { recursive: true })
    writeFileSync(join(folder, 'apps/blog/commands/import.ts'), '')
    const { stdout: script } = await runTao(['completion', 'bash'])
    const complete = (line: string): string[] => {
      const code = `${script}\nCOMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _tao; printf '%s\\n' "\${COMPREPLY[@]}"`
      const env = {
        ...process.env,
        PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`,
      }
      return spawnSync('bash', ['-c', code], { cwd: folder, env, encoding: 'utf8' }).stdout.trim().split('\n')
    }
    expect(complete('tao new-')).toEqual(['new-project', 'new-app'])
    expect(complete('tao new-app --j')).toEqual(['--json'])
    expect(complete('tao completion ')).toEqual(['bash', 'zsh', 'fish'])
    expect(complete('tao blog:')).toEqual(['import'])
    expect(complete('tao bl')).toEqual(['blog:import'])
  },
)
