import { count } from '../base/text.ts'
import { findChanges } from '../project/index.ts'
import type { Site } from '../site/index.ts'

/** Says in the log, in one line, that the sources are no longer what the build that is served was made from. */
export function warnOfStaleBuild({ project, log }: Pick<Site, 'project' | 'log'>): void {
  const { root, build } = project
  const changes = build && findChanges(root, build)
  if (changes === undefined) return
  const [first, ...others] = changes.paths
  const more = others.length === 0 ? '' : ` and ${count(others.length, 'more file')}`
  log.warn(
    { changed: changes.paths.length },
    `${first}${more} changed since the build that is served: run "tao build", or serve the sources with --no-build`,
  )
}
