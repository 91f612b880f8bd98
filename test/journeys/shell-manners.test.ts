import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempFolder } from '../scaffold/temp-folder.ts'
import { bin, makeProject, startNode, tao } from './real-tao.ts'

const posix = process.platform !== 'win32'

test.runIf(posix)('a pipe that closes early ends the command quietly', () => {
  const { stderr, stdout, status } = spawnSync(
    'bash',
    ['-c', `set -o pipefail; "${process.execPath}" "${bin}" --help | head -1`],
    { encoding: 'utf8' },
  )
  expect([stdout.split('\n').length, stderr, status]).toEqual([2, '', 0])
})

test.runIf(existsSync('/dev/full'))(
  'output that a full disk does not take is an error of one sentence',
  () => {
    const full = openSync('/dev/full', 'w')
    try {
      const { stderr, status } = spawnSync(process.execPath, [bin, '--help'], {
        encoding: 'utf8',
        stdio: ['ignore', full, 'pipe'],
      })
      expect([stderr, status]).toEqual(['error: The output cannot be written: its disk is full.\n', 1])
    } finally {
      closeSync(full)
    }
  },
)

test('a project whose packages are missing says what to type', async () => {
  const root = await makeProject()
  rmSync(join(root, 'node_modules'), { recursive: true })
  for (const words of [['serve'], ['routes'], ['check'], ['test'], ['get', '/'], ['shell', '-c', '1']]) {
    const { code, stdout, stderr } = await tao(words, { cwd: root })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^error: tao1 is not installed in this project\.\nhint: {2}In .*site, type: npm install\n$/,
    )
  }
})

test('a command outside of a project says where one is', async () => {
  const root = await makeProject()
  const { code, stderr } = await tao(['serve'], { cwd: join(root, '..') })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: No project in .*\. A project was found in site: cd site/)
})

test.runIf(posix)('a folder that is gone is an error of one sentence', async () => {
  const cwd = join(tempFolder(), 'gone')
  mkdirSync(cwd)
  const { stderr, status } = spawnSync(
    'bash',
    ['-c', `cd "${cwd}" && rmdir "${cwd}" && "${process.execPath}" "${bin}" new-project x`],
    { encoding: 'utf8' },
  )
  expect([status, stderr]).toEqual([
    1,
    'error: The folder this was started in is gone.\nhint:  cd to another one.\n',
  ])
})

test('colours are for terminals, and for those who insist', async () => {
  const cwd = tempFolder()
  expect((await tao(['--help'], { cwd })).stdout).not.toContain('\u001B')
  expect((await tao(['--help'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001B[1m')
})

test('an old Node is told so before anything is imported', async () => {
  const cwd = tempFolder()
  const pretend = 'data:text/javascript,Object.defineProperty(process.versions, "node", { value: "18.20.1" })'
  const { code, stderr } = await startNode(['--import', pretend, bin, '--version'], { cwd }).ended
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^error: tao needs Node\.js 20\.19 or newer, and this is Node\.js 18\.20\.1\.\nhint: /,
  )
})

describe('starting', () => {
  test.each([[['--version']], [['--help']], [['secret']]])(
    'tao %j loads neither Fastify nor the driver',
    async (words) => {
      const list =
        'data:text/javascript,import M from "node:module"; process.on("exit", () => process.stderr.write(Object.keys(M._cache).join("\\n")))'
      const { code, stderr } = await startNode(['--import', list, bin, ...words], { cwd: tempFolder() }).ended
      expect(code).toBe(0)
      expect(stderr).not.toMatch(/node_modules\/(?!commander\/)/)
      if (words[0]!.startsWith('--')) expect(stderr).not.toContain('commander')
    },
  )
})
