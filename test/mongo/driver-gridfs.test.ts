import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GridFSBucket } from 'mongodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFolder, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openFolder()
})
afterAll(() => opened.close())

test('GridFS keeps files of many chunks, reads ranges of them and lets them go.', async () => {
  const bucket = new GridFSBucket(opened.db, { chunkSizeBytes: 10_000 })
  const bytes = randomBytes(256_789)
  const upload = bucket.openUploadStream('file.bin', { metadata: { by: 'me' } })
  await pipeline(Readable.from([bytes]), upload)
  expect(Buffer.compare(await buffer(bucket.openDownloadStreamByName('file.bin')), bytes)).toBe(0)
  const part = await buffer(bucket.openDownloadStream(upload.id, { start: 19_990, end: 40_010 }))
  expect(Buffer.compare(part, bytes.subarray(19_990, 40_010))).toBe(0)
  expect(await bucket.find({ 'metadata.by': 'me' }).toArray()).toMatchObject([
    { filename: 'file.bin', length: 256_789 },
  ])
  const [indexes, chunks] = [
    await opened.db.collection('fs.chunks').indexes(),
    opened.db.collection('fs.chunks'),
  ]
  expect(indexes.map(({ key }) => key)).toEqual([{ _id: 1 }, { files_id: 1, n: 1 }])
  expect(await chunks.countDocuments()).toBe(26)
  await bucket.rename(upload.id, 'other.bin')
  await bucket.delete(upload.id)
  expect(await chunks.countDocuments()).toBe(0)
})
