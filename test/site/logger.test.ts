import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/site/logger.ts'

test('an error is logged with its own message and the stack of its causes, and says nothing twice', () => {
  const lines = new PassThrough()
  const log = createLogger(
    { level: 'info', format: 'json', requests: false },
    lines as unknown as NodeJS.WriteStream,
  )
  log.error({ err: new TypeError('outer: inner', { cause: new Error('inner') }) }, 'failed')
  const { err } = JSON.parse(String(lines.read())) as { err: Record<string, string> }
  expect(err).toMatchObject({ type: 'TypeError', message: 'outer: inner' })
  expect(err['stack']).toMatch(/^TypeError: outer: inner\n[\s\S]*caused by: Error: inner/)
  log.error({ err: 'no error' }, 'failed')
  expect(JSON.parse(String(lines.read()))).toMatchObject({ err: 'no error' })
})
