import { expect, test } from 'vitest'
import { ownerOf, parseStack } from '../../src/debug/frame.ts'

test("frames of every form are read: calls, modules, file URLs, drive letters, Node's own", () => {
  const stack = `Error: at first (sight)
    at titleOf (/site/apps/blog/views.ts:4:15)
    at async Promise.all (index 0)
    at new Post (file:///site/with%20space/post.ts?v=1:2:3)
    at C:\\site\\views.ts:7:1
    at Object.<anonymous> [as run] (/site/a (copy)/b.ts:1:2)
    at node:internal/process/task_queues:105:5
    at eval (eval at <anonymous> (/site/x.ts:1:1), <anonymous>:1:1)`
  expect(parseStack(stack).map(({ call, file, line, column }) => [call, file, line, column])).toEqual([
    ['titleOf', '/site/apps/blog/views.ts', 4, 15],
    ['new Post', '/site/with space/post.ts', 2, 3],
    ['', 'C:\\site\\views.ts', 7, 1],
    ['Object.<anonymous> [as run]', '/site/a (copy)/b.ts', 1, 2],
    ['', 'node:internal/process/task_queues', 105, 5],
  ])
})

test.each([
  ['/site/views.ts', 'project'],
  ['/site/node_modules/x/index.js', 'package'],
  ['/site/node_modules/tao1/dist/index.js', 'tao'],
  ['/site/node_modules/tao1/node_modules/y/index.js', 'package'],
  ['/sites/other.ts', 'package'],
  ['node:events', 'node'],
])('%s is code of: %s', (file, owner) => {
  expect(ownerOf(file, '/site', '/site/node_modules/tao1')).toBe(owner)
})

test('a site inside the checkout of tao is the project, not tao', () => {
  expect(ownerOf('/tao/demo/views.ts', '/tao/demo', '/tao')).toBe('project')
  expect(ownerOf('/tao/src/index.ts', '/tao/demo', '/tao')).toBe('tao')
})
