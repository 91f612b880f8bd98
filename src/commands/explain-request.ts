import type { Terminal } from '../base/terminal.ts'
import { explainMatch, nearestRoutes, type Candidate, type RouteEntry } from '../routing/index.ts'
import type { Site } from '../site/index.ts'
import { wrongUsage } from './errors.ts'
import { listRoutes, type ListedRoute } from './list-routes.ts'

const verdictColours = {
  answers: 'green',
  shadowed: 'yellow',
  'other method': 'yellow',
  'no match': 'dim',
} as const

/**
 * Says which route answers a request, with what around it, and why the ones that come near do not.
 * @param request `GET /blog/7`
 * @returns the exit code: 0 when a route answers, 1 when none does
 * @throws TAO_USAGE when the text is no request, TAO_PATH_MALFORMED
 */
export function explainRequest(site: Site, request: string, out: Terminal, isJson: boolean): number {
  const { method, path } = readRequest(request)
  const candidates = explainMatch(site.routes, method, path)
  const listed = listRoutes(
    site,
    candidates.map(({ entry }) => entry),
  )
  const isAnswered = candidates.some(({ verdict }) => verdict === 'answers')
  const params = isAnswered ? (site.routes.resolve(method, path) as { params: unknown }).params : undefined
  const nearest = isPathKnown(candidates) ? undefined : listRoutes(site, nearestRoutes(site.routes, path))
  if (isJson) {
    const found = candidates.map(({ verdict, why }, i) => ({ verdict, why, ...listed[i] }))
    const report = { method, path, answered: isAnswered, params, candidates: found, nearest }
    out.line(JSON.stringify(report, undefined, 2))
    return isAnswered ? 0 : 1
  }
  if (!isAnswered) out.line(noAnswer(method, path, candidates))
  for (const route of nearest ?? []) {
    out.line(`${out.style('cyan', 'nearest')}  ${headline(route, out)}`)
    out.line(`    route   ${out.style('dim', route.route ?? '')}`)
  }
  for (const [i, { verdict, why }] of candidates.entries()) {
    const route = listed[i]!
    out.line(`${out.style(verdictColours[verdict], verdict)}  ${headline(route, out)}`)
    out.line(`    ${why}`)
    if (verdict === 'answers') {
      if (Object.keys(params as object).length > 0) out.line(`    params  ${JSON.stringify(params)}`)
      out.line(`    view    ${route.view}  ${out.style('dim', route.place ?? '')}`)
      out.line(`    route   ${out.style('dim', route.route ?? '')}`)
      if (route.app !== undefined) out.line(`    app     ${route.app}`)
      if (route.middleware.length > 0) out.line(`    around  ${route.middleware.join(' > ')}`)
    }
  }
  return isAnswered ? 0 : 1
}

function headline({ method, path, name }: ListedRoute, out: Terminal): string {
  return `${method} ${out.style('bold', path)}  ${name ?? ''}`.trimEnd()
}

function isPathKnown(candidates: readonly Candidate<RouteEntry>[]): boolean {
  return candidates.some(({ verdict }) => verdict !== 'no match')
}

function noAnswer(method: string, path: string, candidates: readonly Candidate<RouteEntry>[]): string {
  const others = candidates
    .filter(({ verdict }) => verdict === 'other method')
    .flatMap(({ entry }) => entry.methods)
  if (others.length > 0)
    return `No route answers ${method} ${path}: 405, it takes ${[...new Set(others)].join(', ')}.`
  return `No route answers ${method} ${path}: 404.`
}

/** `GET /blog/7`, `/blog/7` or a whole URL. */
function readRequest(text: string): { method: string; path: string } {
  const [, method = 'GET', target = ''] = /^(?:([A-Za-z]+)\s+)?(\S+)$/.exec(text.trim()) ?? []
  if (target.startsWith('/')) return { method: method.toUpperCase(), path: target.replace(/[?#].*$/, '') }
  if (/^https?:/.test(target) && URL.canParse(target))
    return { method: method.toUpperCase(), path: new URL(target).pathname }
  throw wrongUsage(`"${text}" is no request.`, {
    hint: 'Write a method and a path: "GET /blog/7"',
  })
}
