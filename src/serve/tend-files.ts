import { count } from '../base/text.ts'
import { findChanges } from '../project/index.ts'
import { mendStaticLinks, type Site } from '../site/index.ts'

/** What is done with a site's files once it listens: static links are mended, or a build is compared with its sources. */
export function tendFiles(site: Pick<Site, 'project' | 'apps' | 'log'>): void {
  if (site.project.build === undefined) mendStaticLinks(site)
  else warnOfStaleBuild(site)
}

/** A site as the line that greets calls it. */
export function nameServed({ name, built }: { name: string; built: boolean }): string {
  return built ? `${name}, as it was built,` : name
}

/** Says in the log, in one line, that the sources are no longer what the build that is served was made from. */
function warnOfStaleBuild({ project, log }: Pick<Site, 'project' | 'log'>): void {
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
