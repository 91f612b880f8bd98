import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ONE_THREAD, tuneCollector } from '../../src/serve/tune-collector.ts'

function flagsFor(...given: string[]): string[] {
  const flags: string[] = []
  tuneCollector(given, (flag) => void flags.push(flag))
  return flags
}

test('short-lived objects are collected in one thread, unless Node was told how', () => {
  expect(flagsFor('--max-old-space-size=500')).toEqual([ONE_THREAD])
  expect(flagsFor('--parallel-scavenge')).toEqual([])
  expect(flagsFor('', '--title=x --single-threaded-gc')).toEqual([])
})

test('V8 knows the flag', () => {
  const program = `require('node:v8').setFlagsFromString('${ONE_THREAD}')`
  const { status, stderr, stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' })
})
