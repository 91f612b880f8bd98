import { relative } from 'node:path'
import { mendLinks, planLinks, type PlannedLink } from '../static/index.ts'
import type { Site } from './site.ts'

/**
 * Puts the links under `static/` right, for people and other servers: those of new apps are made, wrong ones mended,
 * those of removed apps taken away. Each change is in the log. Where links cannot be made nothing is lost: tao itself
 * serves the apps' files from where they are.
 */
export function mendStaticLinks({ project, apps, log }: Pick<Site, 'project' | 'apps' | 'log'>): void {
  const { staticFolder, appsFolder, root } = project
  const { made, mended, removed } = mendLinks(planLinks({ staticFolder, appsFolder, apps }))
  const tell = (links: readonly PlannedLink[], what: string): void => {
    for (const { link, target } of links) log.info({ link: relative(root, link), target }, what)
  }
  tell(made, 'A link to the static files of an app was made')
  tell(mended, 'A link to the static files of an app was mended')
  tell(removed, 'A link to static files that are gone was removed')
}
