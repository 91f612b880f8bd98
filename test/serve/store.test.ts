import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tao } from '../journeys/real-tao.ts'
import { canMount, mountDisk, type Disk } from '../mongo/children/mount.ts'
import { makeSite, startServing } from './serving.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

const views = (version: number): string => `import type { Request } from 'tao1'
export async function index(request: Request): Promise<unknown> {
  await request.db.collection('visits').insertOne({ version: ${version} })
  const all = await request.db.collection('visits').find().toArray()
  return { pid: process.pid, versions: all.map((visit) => visit['version']) }
}
`

test('#15 the embedded store belongs to the parent, so that a restart neither closes nor loses it', async () => {
  const site = makeSite(built, {
    'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'embedded:data', port: 0 })
`,
    'views.ts': views(1),
  })
  cleanUps.push(() => site.remove())
  const serving = await startServing(built, site)
  cleanUps.push(() => serving.stop())
  const ask = async (): Promise<{ pid: number; versions: number[] }> =>
    (await (await fetch(serving.url)).json()) as { pid: number; versions: number[] }

  const first = await ask()
  expect(first.versions).toEqual([1])
  site.write({ 'views.ts': views(2) })
  await serving.waitFor(/restarted/)
  const second = await ask()
  expect(second.versions).toEqual([1, 2])
  expect(second.pid).not.toBe(first.pid)
  expect(existsSync(join(site.folder, 'data'))).toBe(true)
  if (process.platform === 'linux') {
    expect(opens(serving.process.pid!, join(site.folder, 'data'))).toBe(true)
    expect(opens(second.pid, join(site.folder, 'data'))).toBe(false)
  }
  expect(serving.output.match(/changed/g)).toHaveLength(1)
})

test.skipIf(!canMount('tmpfs'))(
  '#11 a site on a full disk (mounted by root) answers 503 to what writes, serves on, and takes more when there is room again',
  async () => {
    const disk = mountDisk('tmpfs', 6) as Disk
    cleanUps.push(() => disk.remove())
    const site = makeSite(built, {
      'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ name: 'trial', database: 'embedded:${join(disk.folder, 'data')}', port: 0 })
`,
      'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('POST', '/', views.add)]
`,
      'views.ts': `import type { Request } from 'tao1'
export async function index(request: Request): Promise<unknown> {
  return { count: await request.db.collection('visits').countDocuments() }
}
export async function add(request: Request): Promise<unknown> {
  await request.db.collection('visits').insertOne({ text: 'x'.repeat(50_000) })
  return {}
}
`,
    })
    cleanUps.push(() => site.remove())
    const start = (awaited?: RegExp): ReturnType<typeof startServing> =>
      startServing(built, site, { reload: false, ...(awaited ? { awaited } : {}) })
    let serving = await start()
    cleanUps.push(() => serving.stop())
    const count = async (): Promise<unknown> => (await fetch(serving.url)).json()
    const add = (): Promise<Response> =>
      fetch(serving.url, { method: 'POST', headers: { accept: 'application/json' } })
    const filler = join(disk.folder, 'filler')
    writeFileSync(filler, Buffer.alloc(1_000_000))
    const fill = async (from: number): Promise<number> => {
      for (let added = from; ; added++) {
        const answer = await add()
        if (answer.status === 200) continue
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
        expect(await answer.json()).toMatchObject({ message: 'The database has no room for more just now.' })
        return added
      }
    }
    const added = await fill(0)
    expect(serving.output).toMatch(
      /The disk that holds .*data is full\. Nothing was written\. Free some space/,
    )
    expect(await count()).toEqual({ count: added })
    rmSync(filler)
    expect((await add()).status).toBe(200)
    const all = await fill(added + 1)

    // The last bytes, too: what opens a store there needs a few hundred.
    for (let size = 4096; size >= 1; size >>= 1) {
      try {
        for (let at = 0; ; at++) writeFileSync(`${filler}${size}-${at}`, Buffer.alloc(size))
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' })
      }
    }
    serving.process.kill('SIGKILL')
    await serving.ended
    const refused =
      /TAO_STORE_NOT_OPENED The embedded store cannot be opened: the disk that holds .*data is full\. Free some space; nothing is lost\./
    expect((await (await start(refused)).ended).code).toBe(1)
    expect(await tao(['db', 'status'], { cwd: site.folder })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: The embedded store cannot be opened: the disk that holds .*data is full\.\nhint: {2}Free some space; nothing is lost\.\n$/,
      ) as string,
    })
    rmSync(`${filler}4096-0`, { force: true })
    rmSync(`${filler}1-0`, { force: true })
    serving = await start()
    expect(await count()).toEqual({ count: all })
  },
)

/** Whoever has a store open has its file mapped into memory; a mere descriptor may be a parent's, left over from its fork. */
function opens(pid: number, folder: string): boolean {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').includes(folder)
}
