import { PassThrough } from 'node:stream'
import { developmentHooks } from '../../src/serve/development-hooks.ts'
import { toolbarOf, type RequestRecord } from '../../src/toolbar/index.ts'
import type { TestClient, TestRequest } from '../../src/testing/index.ts'
import { startSite } from '../start-site.ts'
import type { SiteFiles } from '../temp-site.ts'

export interface WatchedClient extends TestClient {
  /** The newest record. */
  last(): RequestRecord
  /** One panel of the newest request, as its page. */
  panel(id: string): Promise<string>
}

/** What a browser's navigation says of itself. */
export const asPage: TestRequest = { headers: { 'sec-fetch-dest': 'document', accept: 'text/html' } }

/** A site in development with its toolbar; log lines go nowhere but to it. */
export async function startWatched(files: SiteFiles, database = 'memory:'): Promise<WatchedClient> {
  const client = await startSite(files, {
    mode: 'development',
    flags: { database, logLevel: 'debug' },
    logStream: new PassThrough().resume() as unknown as NodeJS.WriteStream,
    development: await developmentHooks({ root: '/', editor: undefined, generation: undefined }),
  })
  const last = (): RequestRecord => toolbarOf(client.app).history.list()[0]!
  return Object.assign(client, {
    last,
    async panel(id: string): Promise<string> {
      const response = await client.get(`/__tao__/toolbar/${last().id}/${id}`)
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${response.status} ${text}`)
      return text
    },
  })
}
