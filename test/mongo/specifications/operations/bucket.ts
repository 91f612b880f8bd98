import { once } from 'node:events'
import type { Document, GridFSBucket, GridFSBucketReadStream, ObjectId } from 'mongodb'
import type { Call } from './call.ts'
import { NotRunnable } from './not-runnable.ts'
import { take } from './take.ts'

export const bucketOperations: Readonly<Record<string, Call<GridFSBucket>>> = {
  upload: async (target, given) => {
    const [filename, source, options] = take(given, 'filename', 'source') as [string, Document, Document]
    const stream = target.openUploadStream(filename, options)
    stream.end(Buffer.from(source['$$hexBytes'] as string, 'hex'))
    await once(stream, 'finish')
    return stream.id
  },
  download: (target, given) => read(target.openDownloadStream(given['id'] as ObjectId, {})),
  downloadByName: (target, given) => {
    const [filename, options] = take(given, 'filename') as [string, Document]
    return read(target.openDownloadStreamByName(filename, options))
  },
  delete: (target, given) => target.delete(given['id'] as ObjectId),
  rename: (target, given) => target.rename(given['id'] as ObjectId, given['newFilename'] as string),
  deleteByName: () => lacking('deleteByName'),
  renameByName: () => lacking('renameByName'),
}

async function read(stream: GridFSBucketReadStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function lacking(name: string): never {
  throw new NotRunnable(`the driver has no ${name}`)
}
