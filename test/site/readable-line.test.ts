import { expect, test } from 'vitest'
import { readableLine } from '../../src/site/readable-line.ts'

const time = new Date(2026, 10, 21, 4, 5, 6).getTime()

test('#17 a line for a person says when and what, and of the rest what the message does not say', () => {
  const line = { level: 30, time, requestId: 'r1', method: 'GET', path: '/', status: 200, ms: 1.2 }
  expect(readableLine({ ...line, msg: 'GET / 200 in 1.2 ms' }, false)).toBe('04:05:06 GET / 200 in 1.2 ms')
  expect(readableLine({ level: 40, time, msg: 'Slow', basket: { n: 7 }, by: 'ada' }, false)).toBe(
    '04:05:06 warning: Slow  basket={ n: 7 }  by=ada',
  )
  expect(readableLine({ level: 30, time, list: [1] }, false)).toBe('04:05:06 list=[ 1 ]')
})

test('#17 the stack of an error stands below its line', () => {
  const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at view (views.ts:1:2)' }
  expect(readableLine({ level: 50, time, msg: 'It failed', err }, false)).toBe(
    '04:05:06 error: It failed\n  Error: no\n      at view (views.ts:1:2)',
  )
})

test("#17 the site's frames are shown, those of packages and of Node counted, and the place an error names comes first", () => {
  const err = {
    message: 'no',
    place: { file: '/site/templ/a.html', line: 3, column: 7 },
    stack: [
      'Error: no',
      '    at send (/site/node_modules/driver/index.js:1:2)',
      '    at node:internal/process:95:5',
      '    at async view (/site/views.ts:1:2)',
    ].join('\n'),
  }
  expect(readableLine({ level: 50, time, msg: 'It failed', err }, false)).toBe(
    [
      '04:05:06 error: It failed',
      '  Error: no',
      '      in /site/templ/a.html:3:7',
      '      at async view (/site/views.ts:1:2)',
      '      and 2 frames of tao, packages and Node',
    ].join('\n'),
  )
  const foreign = { message: 'no', stack: 'Error: no\n    at node:internal/process:95:5' }
  expect(readableLine({ level: 50, time, msg: 'x', err: foreign }, false)).toContain('node:internal')
})

test('#17 colours come where they are wanted alone', () => {
  expect(readableLine({ level: 50, time, msg: 'x' }, true)).toContain('\u001b[31merror: ')
})
