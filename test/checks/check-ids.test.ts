import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CHECKS } from '../../src/checks/index.ts'

test('docs/checks.md lists every check as it is, and no other', () => {
  const text = readFileSync(new URL('../../docs/checks.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `(tao\.\w\d+)` \| (\w+) \| (.+) \|$/gm)]
  expect(rows.map(([, id, level, summary]) => [id, { level, summary }])).toEqual(Object.entries(CHECKS))
})
