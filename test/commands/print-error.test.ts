import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createError } from '../../src/base/errors.ts'
import { createTerminal } from '../../src/base/terminal.ts'
import { printError } from '../../src/commands/print-error.ts'
import { tempFolder } from '../scaffold/temp-folder.ts'

const failed = createError<[what: string]>('TAO_TEST', (what) => `${what} failed.`, { exitCode: 3 })

function printed(error: unknown, debug = false): { code: number; text: string } {
  let text = ''
  const terminal = createTerminal({ write: (part) => (text += part) }, {})
  const code = printError(terminal, error, { debug, name: 'tao test' })
  return { code, text }
}

test('an expected error is its sentence, its place and its hint, and carries its exit code', () => {
  const error = failed('It', { hint: 'Do this.\nOr that.', place: { file: '/a/b.ts', line: 3, column: 7 } })
  expect(printed(error)).toEqual({
    code: 3,
    text: 'error: It failed.\nat:    /a/b.ts:3:7\nhint:  Do this.\n       Or that.\n',
  })
})

test('an unexpected error is shown without its stack, with the place in the user’s code', () => {
  const file = join(tempFolder(), 'import.ts')
  writeFileSync(file, '')
  const error = new Error('boom')
  error.stack = [
    'Error: boom',
    '    at node:internal/process:1:1',
    '    at deep (file:///x/node_modules/y/z.js:1:1)',
    `    at run (${import.meta.url}:1:1)`,
    '    at run (file:///gone/shell.js:1:1)',
    `    at run (${pathToFileURL(file).href}:12:5)`,
    '    at main (/my site/other.ts:1:1)',
  ].join('\n')
  expect(printed(error)).toEqual({
    code: 1,
    text: `error: boom\nat:    ${file}:12:5\nhint:  tao test --debug shows where it came from.\n`,
  })
})

test('--debug adds the stack, causes included', () => {
  const { text } = printed(failed('It', { cause: new Error('the reason') }), true)
  expect(text).toMatch(/error: It failed\.\n[\s\S]*at .*print-error\.test[\s\S]*\[cause\]: Error: the reason/)
})

test('what is thrown and is no error is shown all the same', () => {
  expect(printed('text').text).toMatch(/^error: text\n/)
  expect(printed(undefined).text).toMatch(/^error: undefined\n/)
  expect(printed(new TypeError('')).text).toMatch(/^error: TypeError\n/)
})
