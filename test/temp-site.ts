import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const checkout = fileURLToPath(new URL('..', import.meta.url))

/** Files of a site by path. `settings.ts` is there when none is given. */
export type SiteFiles = Readonly<Record<string, string>>

/** Writes a site to a folder of its own, which goes when the test ends; `tao1` can be imported in it. */
export function tempSite(files: SiteFiles): string {
  const root = mkdtempSync(join(tmpdir(), 'tao site é '))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const all = { 'settings.ts': 'export default {}', 'routes.ts': 'export default []', ...files }
  for (const [path, text] of Object.entries(all)) writeFile(root, path, text)
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(checkout, join(root, 'node_modules', 'tao1'), 'junction')
  return root
}

export function writeFile(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
