import { shortPath } from '../project/index.ts'
import { answers, type RouteEntry } from '../routing/index.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'
import { samplePaths } from './sample-paths.ts'

/** Routes that no request reaches. Those that clash outright are found while they are read. */
export function checkRoutes({ project, routes, settings }: InspectedSite): Finding[] {
  const { table } = routes
  return table.entries.flatMap((entry) => {
    if (entry.path.startsWith(settings.static.url))
      return finding(
        'tao.W306',
        `${entry.path} lies below ${settings.static.url}, where static files are served`,
        {
          place: entry.place,
          hint: 'Give it another path, or set settings.static.url.',
        },
      )
    const rival = rivalOf(entry, table)
    if (rival === undefined) return []
    const at =
      rival.place === undefined
        ? ''
        : ` in ${shortPath(rival.place.file, project.root)}:${rival.place.line ?? 1}`
    return finding(
      'tao.W305',
      `${entry.methods.join(', ')} ${entry.path} is never reached: ${rival.path}${at} answers first`,
      { place: entry.place, hint: 'Make the other path narrower, or this one more exact.' },
    )
  })
}

/**
 * The route that answers in another's place, if that is so for every path we can think of. One path it does answer
 * clears a route; without any path that fits it nothing is said.
 */
function rivalOf(entry: RouteEntry, table: InspectedSite['routes']['table']): RouteEntry | undefined {
  let rival: RouteEntry | undefined
  for (const path of samplePaths(entry.pattern)) {
    for (const method of entry.methods) {
      const { entry: found } = table.resolve(method === '*' ? 'PATCH' : method, path)
      if (found === undefined || found.order === entry.order) return undefined
      // A route for every method is reached by those that the other one leaves.
      if (method === '*' && !answers(found.methods, '*')) return undefined
      rival ??= found
    }
  }
  return rival
}
