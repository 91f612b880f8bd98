import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listing, tempFolder } from '../scaffold/temp-folder.ts'
import { makeProject, startTao } from './real-tao.ts'

describe.skipIf(process.platform === 'win32')('a signal while something is made', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s during the installation leaves nothing and ends with %i', async (signal, expected) => {
    const cwd = tempFolder()
    mkdirSync(join(cwd, 'bin'))
    writeFileSync(
      join(cwd, 'bin/npm'),
      '#!/bin/sh\nmkdir -p node_modules/half\necho running >&2\nsleep 60 & wait\n',
    )
    chmodSync(join(cwd, 'bin/npm'), 0o755)
    const making = startTao(['new-project', 'site'], {
      cwd,
      env: { PATH: `${join(cwd, 'bin')}:${process.env['PATH']}` },
    })
    await making.printed(/install {2}npm install/)
    making.child.kill(signal)
    const { code, stderr } = await making.ended
    expect(code).toBe(expected)
    expect(stderr).toMatch(/error: Interrupted: nothing was left behind\.\n$/)
    expect(listing(cwd)).toEqual(['bin/', 'bin/npm'])
  })

  test('whenever it comes, there is the whole app or nothing of it', async () => {
    const cwd = await makeProject()
    // The names of the site are written after the app is whole, in one step of their own.
    const names = ['.tao/', '.tao/types.d.ts']
    const list = (): string[] => listing(cwd).filter((path) => !names.includes(path))
    const before = list()
    const app = (name: string): string[] => [
      `apps/${name}/`,
      `apps/${name}/${name}.test.ts`,
      `apps/${name}/routes.ts`,
      `apps/${name}/static/`,
      `apps/${name}/static/${name}.css`,
      `apps/${name}/templ/`,
      `apps/${name}/templ/entry.html`,
      `apps/${name}/templ/index.html`,
      `apps/${name}/views.ts`,
      `static/${name}`,
    ]
    let expected = before
    for (let i = 0; i < 12; i++) {
      const making = startTao(['new-app', `a${i}`], { cwd })
      // Not to wait for something, but to come at a different moment each time.
      const timer = setTimeout(() => making.child.kill('SIGINT'), 60 + i * 12)
      await making.ended
      clearTimeout(timer)
      const after = list()
      if (after.includes(`apps/a${i}/`)) expected = [...expected, ...app(`a${i}`)].sort()
      expect(after).toEqual(expected)
    }
  })
})
