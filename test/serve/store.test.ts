import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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

/** Whoever has a store open has its file mapped into memory; a mere descriptor may be a parent's, left over from its fork. */
function opens(pid: number, folder: string): boolean {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').includes(folder)
}
