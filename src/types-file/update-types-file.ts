import { ensureDir } from 'fs-extra/esm'
import { dirname, join } from 'node:path'
import { readIfThere, writeAtomic } from '../base/files.ts'
import { describeNames, type SiteNames } from './describe-names.ts'

/**
 * Brings `.tao/types.d.ts` of a project up to date with its site. The file is left alone when it says so already, since
 * editors look at everything anew when it changes.
 *
 * @param root the folder of `settings.ts`
 * @returns whether it had to be written; `undefined` when it could not be: a site is no worse for being read-only
 */
export async function updateTypesFile(root: string, site: SiteNames): Promise<boolean | undefined> {
  const file = join(root, '.tao', 'types.d.ts')
  const text = describeNames(site)
  try {
    if ((await readIfThere(file))?.equals(Buffer.from(text)) === true) return false
    await ensureDir(dirname(file))
    await writeAtomic(file, text)
    return true
  } catch {
    return undefined
  }
}
