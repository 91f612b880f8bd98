import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { notInstalled } from './errors.ts'
import { projectPackageManager } from './installers.ts'

/**
 * Makes sure that the site can import `tao1`: without that its first file would fail with a message about modules.
 * @throws TAO_NOT_INSTALLED saying what to type
 */
export function assertInstalled(root: string): void {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules/tao1/package.json')) || existsSync(join(folder, '.pnp.cjs')))
      return
    if (dirname(folder) === folder) break
  }
  throw notInstalled('tao1', { hint: `In ${root}, type: ${projectPackageManager(root)} install` })
}
