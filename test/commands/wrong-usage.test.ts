import { expect, test } from 'vitest'
import { runTao } from './run-tao.ts'

test.each<[string[], RegExp, RegExp]>([
  [['sevre'], /There is no command "sevre"/, /Did you mean "serve"/],
  [['new-aap', 'x'], /There is no command "new-aap"/, /"new-app"/],
  [['startap'], /There is no command/, /"startapp"/],
  [['xyzzy'], /There is no command "xyzzy"/, /tao --help/],
  [['help', 'rotues'], /There is no command "rotues"/, /"routes"/],
  [['--versoin'], /no option --versoin/, /"--version"/],
  [['--json', 'routes'], /tao itself has no option --json/, /tao routes --json/],
  [['new-app'], /tao new-app needs NAME/, /Usage: tao new-app NAME \[options\]/],
  [['new-app', 'a', 'b', 'c'], /takes one word, not "a b c"/, /Usage/],
  [['new-project', 'x', '--dryrun'], /no option --dryrun/, /"--dry-run"/],
  [['new-project', 'x', '--frobnicate'], /no option --frobnicate/, /tao new-project --help/],
  [
    ['new-project', 'x', '--package-manager', 'nmp'],
    /--package-manager cannot be "nmp": it is one of npm, pnpm, yarn, bun/,
    /Usage/,
  ],
  [['new-project', 'x', '--package-manager'], /--package-manager NAME needs its value/, /Usage/],
  [['completion', 'bsh'], /shell cannot be "bsh": it is one of bash, zsh, fish/, /"bash"/],
  [['get', 'blog'], /"blog" is no path/, /tao get \/blog/],
])('tao %j is answered with a sentence, a hint and exit code 2', async (words, message, hint) => {
  const { code, stdout, stderr } = await runTao(words)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  const [first = '', second = '', ...rest] = stderr.trimEnd().split('\n')
  expect(first).toMatch(/^error: /)
  expect(first).toMatch(message)
  expect(second).toMatch(/^hint: {2}/)
  expect(second).toMatch(hint)
  expect(rest).toEqual([])
})

test('--debug shows the stack, wherever it stands', async () => {
  for (const words of [
    ['sevre', '--debug'],
    ['--debug', 'sevre'],
  ]) {
    const { code, stderr } = await runTao(words)
    expect(code).toBe(2)
    expect(stderr).toMatch(/\n\s+at .*run-command-line/)
  }
})
