import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createSnapshot } from '../../src/serve/snapshot.ts'
import { createSources } from '../../src/serve/sources.ts'

test('#15 a file that is emptied to be written again is told of once, when it is written or stays empty', () => {
  const root = mkdtempSync(join(tmpdir(), 'tao-snapshot-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const file = join(root, 'views.ts')
  writeFileSync(file, 'one')
  const snapshot = createSnapshot(root, createSources(root))
  writeFileSync(file, '')
  expect([snapshot.look(file, false), snapshot.look(root, false), snapshot.isHalfSaved]).toEqual([
    [],
    [],
    true,
  ])
  writeFileSync(file, 'another')
  expect([snapshot.look(file, false), snapshot.look(root, true), snapshot.isHalfSaved]).toEqual([
    [file],
    [],
    false,
  ])

  writeFileSync(file, '')
  expect([snapshot.look(file, false), snapshot.look(root, true)]).toEqual([[], [file]])
  expect([snapshot.look(root, true), snapshot.isHalfSaved]).toEqual([[], false])

  writeFileSync(file, 'there')
  expect(snapshot.look(file, false)).toEqual([file])
  writeFileSync(file, '')
  snapshot.look(file, false)
  rmSync(file)
  expect([snapshot.look(file, false), snapshot.isHalfSaved]).toEqual([[file], false])
  // One that comes empty has nothing to wait for.
  writeFileSync(file, '')
  expect(snapshot.look(file, false)).toEqual([file])
})
