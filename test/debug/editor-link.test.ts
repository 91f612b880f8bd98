import { expect, test } from 'vitest'
import { editorLink } from '../../src/debug/index.ts'

const place = { file: '/home/ada/my site/a#b.ts', line: 3, column: 7 }

test.each([
  [undefined, 'vscode://file/home/ada/my%20site/a%23b.ts:3:7'],
  ['', 'vscode://file/home/ada/my%20site/a%23b.ts:3:7'],
  ['WebStorm', 'webstorm://open?file=/home/ada/my%20site/a%23b.ts&line=3&column=7'],
  ['sublime', 'subl://open?url=file:///home/ada/my%20site/a%23b.ts&line=3&column=7'],
  ['my://{file}?l={line}', 'my:///home/ada/my%20site/a%23b.ts?l=3'],
  ['none', undefined],
  ['unheard-of', undefined],
  ['javascript:alert("{file}")', undefined],
])('TAO_EDITOR=%s opens %s', (editor, expected) => {
  expect(editorLink(editor, place)).toBe(expected)
})

test('a path with a drive letter becomes a path of its own in the link', () => {
  expect(editorLink('vscode', { file: 'C:\\site\\views.ts' })).toBe('vscode://file/C:/site/views.ts:1:1')
})
