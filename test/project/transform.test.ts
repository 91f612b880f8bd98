import { expect, test } from 'vitest'
import { findSyntaxMistake } from '../../src/project/transform.ts'

test.each([
  ['const a = {', 'Expected `}` but found the end of the file', 1],
  ["export default [route('GET', '/', v]", 'Expected `,` or `)` but found `]`', 1],
  ['x = { a: 1 b: 2 }', 'Expected `,` or `}` but found `Identifier`', 1],
  ['let x = 1\n\nlet x = 2', 'Identifier `x` has already been declared, in line 1', 3],
  ["const a = 'abc", 'Unterminated string', 1],
  ['break', 'Illegal break statement', 1],
  ['return', "A 'return' statement can only be used within a function body", 1],
])('a mistake is told once, where it is: %j', (text, reason, line) => {
  expect(findSyntaxMistake('views.ts', text)).toMatchObject({ reason, line })
})
