import { formatPlace } from '../base/errors.ts'
import { checkApps } from './check-apps.ts'
import { checkDeploy } from './check-deploy.ts'
import { checkNames } from './check-names.ts'
import { checkRoutes } from './check-routes.ts'
import { checkSettings } from './check-settings.ts'
import { checkStatic } from './check-static.ts'
import { checkTemplates } from './check-templates.ts'
import type { CheckId } from './check-ids.ts'
import { checkUrls } from './check-urls.ts'
import { sortFindings, type Finding } from './finding.ts'
import { inspectSite, type InspectedSite, type InspectOptions } from './inspect-site.ts'

const FAMILIES: readonly ((site: InspectedSite) => Finding[])[] = [
  checkSettings,
  checkApps,
  checkRoutes,
  checkTemplates,
  checkStatic,
  checkUrls,
  checkNames,
  checkDeploy,
]

/**
 * Looks a whole project over, as `tao check` does. It imports the site's code but starts nothing and changes nothing,
 * and a part that is broken does not keep it from the others.
 *
 * @returns all findings, the most serious first
 * @throws `TAO_PROJECT_NOT_FOUND` when there is no project at `root`
 */
export async function checkSite(options: InspectOptions): Promise<Finding[]> {
  return checkInspected(await inspectSite(options))
}

/** Everything there is to say about a site that was taken to pieces. */
export function checkInspected(site: InspectedSite): Finding[] {
  return sortFindings([...onceEach(site.found), ...FAMILIES.flatMap((check) => check(site))])
}

/** One broken module may keep many files from being imported; it is mended once, so it is told once. */
function onceEach(found: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  return found.filter(({ id, place }) => {
    if (place?.line === undefined || !IMPORTS.has(id)) return true
    const at = formatPlace(place)
    const isNew = !seen.has(at)
    seen.add(at)
    return isNew
  })
}

const IMPORTS: ReadonlySet<string> = new Set<CheckId>(['tao.E101', 'tao.E201', 'tao.E206'])
