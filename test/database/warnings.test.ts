import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/database/index.ts'

test('a damaged log is told of when the store is opened, as a warning of the process', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tao-data-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const options = { root, name: 'trial', timeout: 1, events: false }
  const before = await openDatabase({ ...options, url: 'embedded:data' })
  onTestFinished(() => before.close())
  for (let n = 0; n < 20; n++) await before.db.collection('posts').insertOne({ n, text: 'x'.repeat(200) })
  // What a crash leaves: the log was not taken into the file yet.
  cpSync(join(root, 'data'), join(root, 'copy'), {
    recursive: true,
    filter: (path) => !path.endsWith('owner.json'),
  })
  const [name] = readdirSync(join(root, 'copy')).filter((file) => /^log-\d+$/.test(file))
  const log = join(root, 'copy', name!)
  const bytes = readFileSync(log)
  bytes[bytes.length >> 1]! ^= 0xff
  writeFileSync(log, bytes)

  const warned = once(process, 'warning') as Promise<[Error & { code?: string }]>
  const after = await openDatabase({ ...options, url: 'embedded:copy' })
  onTestFinished(() => after.close())
  const [warning] = await warned
  expect([warning.code, warning.message]).toEqual(['TAO_STORE', expect.stringContaining('.damaged')])
})

test('a store that cannot be opened is told of with its reason and what to do', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tao-data-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  writeFileSync(join(root, 'store.json'), JSON.stringify({ format: 99, id: 'x' }))
  await expect(
    openDatabase({ root, name: 'trial', timeout: 1, events: false, url: 'embedded:.' }),
  ).rejects.toMatchObject({
    code: 'TAO_STORE_NOT_OPENED',
    message: expect.stringMatching(
      /^The embedded store cannot be opened: the data in .* were written by a newer version/,
    ) as string,
    hint: 'Install that version again, or export the data with it.',
    details: { reason: 'STORE_NEWER' },
  })
})
