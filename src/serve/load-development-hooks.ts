import type { Mode } from '../project/index.ts'
import type { DevelopmentHooks } from '../site/index.ts'
import type { DevelopmentOptions } from './development-hooks.ts'

/** What development adds to a site; in other modes nothing, and nothing of it is loaded. */
export async function loadDevelopmentHooks({
  mode,
  ...options
}: DevelopmentOptions & { mode: Mode }): Promise<DevelopmentHooks | undefined> {
  if (mode !== 'development') return undefined
  const { developmentHooks } = await import('./development-hooks.ts')
  return developmentHooks(options)
}
