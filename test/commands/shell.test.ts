import { expect, test } from 'vitest'
import { tempSite } from '../temp-site.ts'
import { runTao, type TaoOptions, type TaoResult } from './run-tao.ts'

function shell(words: readonly string[], options: TaoOptions = {}): Promise<TaoResult> {
  const cwd = tempSite({
    'settings.ts': `export default { name: 'mine', database: 'memory:', secretKeys: ['k3k9dkalwo29vnbqpz0184kdjfu2mvlq'] }`,
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/a/{id:int}', () => 1, 'a')]`,
  })
  return runTao(['shell', ...words], { cwd, ...options })
}

test.each([
  ['settings.name', 'mine\n'],
  ['url("a", { id: 7 })', '/a/7\n'],
  ['app.routes.entries.length', '1\n'],
  ['({ a: 1 })', '{ a: 1 }\n'],
  ['undefined', ''],
  ['const n = await Promise.resolve(2); return n + 1', '3\n'],
  ['const n: number = 2; return n as number', '2\n'],
  ['[1, 2].map((n: number) => n * 2).join()', '2,4\n'],
  ['await db.collection("c").insertOne({ a: 1 }); return db.collection("c").countDocuments()', '1\n'],
])('-c %j prints the value', async (code, expected) => {
  expect(await shell(['-c', code])).toEqual({ code: 0, stdout: expected, stderr: '' })
})

test('code is read from stdin where there is no terminal', async () => {
  const { code, stdout } = await shell([], {
    stdin: '// a comment\nconst name = settings.name\nreturn name.length',
  })
  expect([code, stdout]).toEqual([0, '4\n'])
})

test('code that throws, or is none, is an error with exit code 1', async () => {
  const thrown = await shell(['-c', 'throw new RangeError("too far")'])
  expect([thrown.code, thrown.stderr.split('\n')[0]]).toEqual([1, 'error: too far'])
  const unreadable = await shell(['-c', '1 +'])
  expect([unreadable.code, unreadable.stderr]).toEqual([
    1,
    expect.stringMatching(/^error: The code is not JavaScript: /),
  ])
  const imported = await shell(['-c', "import { a } from './a.ts'"])
  expect(imported.stderr).toContain("await import('./views.ts')")
})
