import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createTerminal } from '../../src/base/terminal.ts'
import { createReloadLines } from '../../src/serve/reload-lines.ts'
import { checkout } from './source-files.ts'

const { servedAddress } = (await import(pathToFileURL(join(checkout, 'scripts/served-address.js')).href)) as {
  servedAddress(printed: string): string | undefined
}

test.each(['http://127.0.0.1:8000', 'http://[::1]:8000', 'http://localhost', 'http://site.example:80'])(
  'the demo finds %s in what tao serve --reload prints, with and without colours',
  (address) => {
    for (const env of [{}, { FORCE_COLOR: '1' }]) {
      let printed = ''
      const terminal = createTerminal({ isTTY: false, write: (text) => (printed += text) }, env)
      createReloadLines(terminal, () => new Date()).listening(address)
      expect(servedAddress(printed)).toBe(address)
    }
  },
)

test('the demo finds no address where there is none', () => {
  expect(servedAddress('12:00:00 The port is taken.\n')).toBeUndefined()
})
