import { expect, test } from 'vitest'
import { createTerminal, isInteractive, wantsColours } from '../../src/base/terminal.ts'

const write = (): void => {}
const terminal = { write, isTTY: true }
const pipe = { write, isTTY: false }

test.each([
  [terminal, {}, true],
  [pipe, {}, false],
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { NO_COLOR: '' }, true],
  [terminal, { TERM: 'dumb' }, false],
  [pipe, { FORCE_COLOR: '1' }, true],
  [pipe, { FORCE_COLOR: '' }, true],
  [terminal, { FORCE_COLOR: '0' }, false],
  [terminal, { FORCE_COLOR: 'false' }, false],
  [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('colours: %#', (output, env, wanted) => {
  expect(wantsColours(output, env)).toBe(wanted)
  const styled = createTerminal(output, env).style('red', 'x')
  expect(styled).toBe(wanted ? '\u001B[31mx\u001B[39m' : 'x')
})

test('the width is that of COLUMNS, then of the terminal, then 80', () => {
  expect(createTerminal({ ...terminal, columns: 120 }, { COLUMNS: '40' }).columns).toBe(40)
  expect(createTerminal({ ...terminal, columns: 120 }, {}).columns).toBe(120)
  expect(createTerminal(pipe, { COLUMNS: 'wide' }).columns).toBe(80)
})

test('a question may be asked only of a terminal on both sides, and never where the environment forbids it', () => {
  expect(isInteractive(terminal, terminal, {})).toBe(true)
  expect(isInteractive({}, terminal, {})).toBe(false)
  expect(isInteractive(terminal, pipe, {})).toBe(false)
  for (const name of ['CI', 'TAO_NO_INPUT'])
    expect(isInteractive(terminal, terminal, { [name]: '1' })).toBe(false)
  expect(isInteractive(terminal, terminal, { TERM: 'dumb' })).toBe(false)
})
