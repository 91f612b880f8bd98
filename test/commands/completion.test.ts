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

/** A project with a command of its own, and a `tao` that the shells find. */
function completing(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = tempFolder()
  mkdirSync(join(folder, 'bin'))
  symlinkSync(bin, join(folder, 'bin/tao'))
  writeFileSync(join(folder, 'settings.ts'), '')
  mkdirSync(join(folder, 'apps/blog/commands'), { recursive: true })
  writeFileSync(join(folder, 'apps/blog/commands/import.ts'), '')
  const path = [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(':')
  return { folder, env: { ...process.env, PATH: path, HOME: folder } }
}

function hasShell(name: string): boolean {
  return spawnSync(name, ['-c', 'exit 0']).status === 0
}

test.runIf(hasShell('bash'))('bash completes commands, options, and names with a colon', async () => {
  const { folder: cwd, env } = completing()
  const { stdout: script } = await runTao(['completion', 'bash'])
  const complete = (line: string): string[] => {
    const code = `${script}\nCOMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _tao; printf '%s\\n' "\${COMPREPLY[@]}"`
    return spawnSync('bash', ['-c', code], { cwd, env, encoding: 'utf8' }).stdout.trim().split('\n')
  }
  expect(complete('tao new-')).toEqual(['new-project', 'new-app'])
  expect(complete('tao new-app --j')).toEqual(['--json'])
  expect(complete('tao completion ')).toEqual(['bash', 'zsh', 'fish'])
  expect(complete('tao blog:')).toEqual(['import'])
  expect(complete('tao bl')).toEqual(['blog:import'])
})

test.runIf(hasShell('fish'))('fish completes the same, and files where tao knows no word', async () => {
  const { folder: cwd, env } = completing()
  writeFileSync(join(cwd, 'fish script'), (await runTao(['completion', 'fish'])).stdout)
  const complete = (line: string): string[] =>
    spawnSync('fish', ['-N', '-c', `source 'fish script'; complete -C '${line}'`], {
      cwd,
      env,
      encoding: 'utf8',
    })
      .stdout.trim()
      .split('\n')
  expect(complete('tao ro')).toEqual(['routes\tList the routes'])
  expect(complete('tao new-')).toEqual([
    'new-app\tMake an app in this project',
    'new-project\tMake a project: a folder with a working site',
  ])
  expect(complete('tao new-app --j')).toEqual(['--json\tSay it as JSON'])
  expect(complete('tao completion ')).toEqual(['bash', 'fish', 'zsh'])
  expect(complete('tao blog:')).toEqual(['blog:import'])
  expect(complete('tao db import sett')).toEqual(['settings.ts'])
})

/** Types each line and a tab at an interactive zsh, on a terminal of zsh's own making, and tells what became of the line. */
const zshDriver = `
zmodload zsh/zpty
zpty shell zsh -f -i
say() { zpty -w shell "$1" }
say 'PROMPT= RPROMPT= LISTMAX=1000; stty cols 200'
say 'autoload -Uz compinit; compinit -u -D; eval "$(tao completion zsh)"'
say 'show() { print -r -- "<<$BUFFER>>"; BUFFER= }; zle -N show; bindkey "^X" show; bindkey "^I" complete-word'
say 'print REA''DY'
zpty -r shell seen '*READY*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t\\x18'
  zpty -r shell seen '*<<*>>*'
  print -r -- "$seen"
done
zpty -d shell
`

test.runIf(hasShell('zsh'))('zsh completes the same, at a prompt', () => {
  const { folder: cwd, env } = completing()
  writeFileSync(join(cwd, 'drive.zsh'), zshDriver)
  const lines = ['tao ro', 'tao new-', 'tao blog:', 'tao bl', "tao get '/a b' --fo", 'tao db import sett']
  const { stdout } = spawnSync('zsh', ['-f', 'drive.zsh', ...lines], { cwd, env, encoding: 'utf8' })
  expect([...stdout.matchAll(/<<(.*)>>/g)].map(([, line]) => line!.trimEnd())).toEqual([
    'tao routes',
    'tao new-',
    'tao blog:import',
    'tao blog:import',
    "tao get '/a b' --form",
    'tao db import settings.ts',
  ])
  expect(stdout).toMatch(/new-app +-- Make an app in this project/)
})
