import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimFolder } from '../../../src/mongo/owner/claim.ts'
import { openStore } from '../../../src/mongo/index.ts'
// Loaded under this system's own name: under another it would look for that one's build.
import '../../../src/mongo/storage/lmdb-engine.ts'

// Where the kernel knows no abstract sockets the lock is owner.json alone: tried here under another system's name.
let folder: string
const platform = process.platform
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tao-lock-'))
  Object.defineProperty(process, 'platform', { value: 'darwin' })
})
afterEach(async () => {
  Object.defineProperty(process, 'platform', { value: platform })
  await rm(folder, { recursive: true })
})

test('The first owns the folder, the next is its guest, and the folder is free once it closes.', async () => {
  const first = await openStore({ folder })
  const second = await openStore({ folder })
  expect([first.owner, second.owner]).toEqual([true, false])
  await second.close()
  await first.close()
  const third = await openStore({ folder })
  expect(third.owner).toBe(true)
  await third.close()
})

test('A dead process holds nothing, a living one that is no owner only until its beat is missed.', async () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  const holder = {
    pid: dead,
    host: hostname(),
    place: hostname(),
    since: 'x',
    socket: join(folder, 'none.sock'),
    token: 't',
  }
  await writeFile(join(folder, 'owner.json'), JSON.stringify(holder))
  const claim = await claimFolder(folder, () => undefined)
  expect(claim.owner).toBe(true)
  if (claim.owner) await claim.release()
  await writeFile(join(folder, 'owner.json'), JSON.stringify({ ...holder, pid: process.pid }))
  const again = await claimFolder(folder, () => undefined)
  expect(again.owner).toBe(true)
  if (again.owner) await again.release()
}, 20_000)
