import { describe, expect, test } from 'vitest'
import { builtInCommands } from '../../src/commands/list.ts'
import { runTao } from './run-tao.ts'

const lines = (text: string): string[] => text.trimEnd().split('\n')

test.each([[[]], [['--help']], [['-h']], [['help']], [['--help', '--debug']]])(
  'tao %j lists every command on one page',
  async (words) => {
    const { code, stdout, stderr } = await runTao(words)
    expect([code, stderr]).toEqual([0, ''])
    expect(lines(stdout).length).toBeLessThanOrEqual(25)
    for (const { name } of builtInCommands) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'))
    }
  },
)

test.each([[['--version']], [['-V']]])('tao %j prints the version alone', async (words) => {
  expect(await runTao(words)).toEqual({ code: 0, stdout: '9.8.7\n', stderr: '' })
})

describe.each(builtInCommands)('tao $name', ({ name, aliases, summary, load }) => {
  test('is listed as it declares itself', async () => {
    const { command } = await load()
    expect({ name: command.name, aliases: command.aliases ?? [], summary: command.summary }).toEqual({
      name,
      aliases,
      summary,
    })
  })

  test('explains itself on a page of at most 25 lines of 80 columns', async () => {
    const { code, stdout, stderr } = await runTao([name, '--help'], { env: { COLUMNS: '80' } })
    expect([code, stderr]).toEqual([0, ''])
    expect(lines(stdout).length).toBeLessThanOrEqual(25)
    for (const line of lines(stdout)) expect(line.length).toBeLessThanOrEqual(80)
    expect(stdout).toContain(`Usage:  tao ${name}`)
    expect(await runTao(['help', name], { env: { COLUMNS: '80' } })).toEqual({ code, stdout, stderr })
    for (const alias of aliases)
      expect((await runTao([alias, '-h'], { env: { COLUMNS: '80' } })).stdout).toBe(stdout)
  })

  test('declares arguments and options that can be told apart', async () => {
    const { command } = await load()
    const options = command.options ?? []
    const names = options.flatMap((option) => [
      `--${option.name}`,
      ...(option.short === undefined ? [] : [`-${option.short}`]),
    ])
    expect(new Set(names).size).toBe(names.length)
    for (const reserved of ['--help', '-h', '--debug']) expect(names).not.toContain(reserved)
    for (const option of options) expect(option.description).toMatch(/^[A-Z].*[^.]$/)
    for (const [i, argument] of (command.arguments ?? []).entries()) {
      if (argument.variadic) expect(i).toBe(command.arguments!.length - 1)
    }
  })

  test('is found by completion with each of its options', async () => {
    const { command } = await load()
    const { stdout } = await runTao(['complete', 'bash', '--', name, '--'])
    for (const option of command.options ?? []) expect(lines(stdout)).toContain(`--${option.name}`)
  })
})

test('the help is coloured on a terminal alone', async () => {
  const plain = (await runTao(['--help'])).stdout
  expect(plain).not.toContain('\u001B')
  const coloured = (await runTao(['--help'], { isTTY: true })).stdout
  expect(coloured).toContain('\u001B[')
  // oxlint-disable-next-line no-control-regex -- escape sequences are control characters
  expect(coloured.replaceAll(/\u001B\[\d+m/g, '')).toBe(plain)
  expect((await runTao(['--help'], { isTTY: true, env: { NO_COLOR: '1' } })).stdout).toBe(plain)
})
