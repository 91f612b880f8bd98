import type { CommandWorld } from './command.ts'
import { withSite } from './open-site.ts'

/** Milliseconds a site may take to be built before the editor has to wait for the next time. */
const longest = 5000

/**
 * Brings `.tao/types.d.ts` up to date after the project changed. It is no part of what the command was asked for: a site
 * that is broken, not installed or slow keeps the names it had.
 */
export async function writeSiteNames(world: Pick<CommandWorld, 'cwd' | 'env'>): Promise<void> {
  const written = withSite(world, 'look', async (site) => {
    const { updateTypesFile } = await import('../types-file/index.ts')
    await updateTypesFile(site.project.root, site)
  }).catch(() => {})
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, longest)
  })
  await Promise.race([written, late])
  clearTimeout(timer)
}
