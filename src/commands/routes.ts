import { relative } from 'node:path'
import { formatPlace, type Place } from '../base/errors.ts'
import type { Terminal } from '../base/terminal.ts'
import { count } from '../base/text.ts'
import { functionPlaces } from '../project/index.ts'
import { explainMatch, type Candidate, type RouteEntry } from '../routing/index.ts'
import type { Site } from '../site/index.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { wrongUsage } from './errors.ts'
import { withSite } from './open-site.ts'

type Entry = Site['routes']['entries'][number]

/** A route as it is listed, and as `--json` prints it. */
interface ListedRoute {
  method: string
  path: string
  name: string | undefined
  app: string | undefined
  view: string
  /** Where the view is written, relative to the project. */
  place: string | undefined
  /** Where the route is listed. */
  route: string | undefined
}

export const command: Command = defineBuiltIn({
  name: 'routes',
  summary: 'List the routes, or say which one answers',
  arguments: [{ name: 'filter', description: 'Only routes with this word in path, name, app, view or file' }],
  options: [
    {
      name: 'match',
      type: 'string',
      value: '"METHOD PATH"',
      description: 'Say which route answers, and why the others do not',
    },
    { name: 'json', type: 'boolean', description: 'Print the routes as JSON' },
  ],
  examples: ['tao routes', 'tao routes blog', 'tao routes --match "GET /blog/7"'],
  run: ({ args, options, stdout, stderr, ...world }) =>
    withSite(world, 'look', async (site) => {
      if (options.match !== undefined) return explain(site, options.match, stdout, options.json)
      const routes = listRoutes(site, site.routes.entries).filter((route) => has(route, args.filter))
      if (options.json) stdout.line(JSON.stringify(routes, undefined, 2))
      else if (routes.length > 0) printTable(stdout, routes)
      if (routes.length === 0 && !options.json) {
        stderr.line(
          args.filter === undefined
            ? 'There are no routes yet: "tao new-app blog" makes an app.'
            : `No route has "${args.filter}" in it.`,
        )
      } else if (!options.json) stderr.line(stderr.style('dim', count(routes.length, 'route')))
      return 0
    }),
})

function listRoutes(site: Site, entries: readonly Entry[]): ListedRoute[] {
  const places = functionPlaces(entries.map(({ view }) => view))
  return entries.map((entry, i) => ({
    method: entry.methods.join(','),
    path: entry.path,
    name: entry.name,
    app: entry.app,
    view: entry.view.name || '(unnamed)',
    place: shortPlace(site, places[i]),
    route: shortPlace(site, entry.place),
  }))
}

function shortPlace({ project }: Site, place: Place | undefined): string | undefined {
  if (place === undefined) return undefined
  const file = relative(project.root, place.file)
  return formatPlace({ file: file.startsWith('..') ? place.file : file, line: place.line })
}

function has(route: ListedRoute, filter: string | undefined): boolean {
  if (filter === undefined) return true
  return Object.values(route).some((text) => text?.toLowerCase().includes(filter.toLowerCase()))
}

function printTable(out: Terminal, routes: readonly ListedRoute[]): void {
  const rows = routes.map(({ method, path, name, app, view, place }) => [
    method,
    path,
    name ?? '-',
    app ?? '-',
    view,
    place ?? '-',
  ])
  const header = ['method', 'path', 'name', 'app', 'view', 'at']
  const widths = header.map((word, i) => Math.max(word.length, ...rows.map((row) => row[i]!.length)))
  const line = (row: readonly string[], style: (text: string, i: number) => string): void =>
    out.line(row.map((text, i) => style(i === row.length - 1 ? text : text.padEnd(widths[i]!), i)).join('  '))
  line(header, (text) => out.style('dim', text))
  const styles = ['green', 'bold', undefined, undefined, 'cyan', 'dim'] as const
  for (const row of rows)
    line(row, (text, i) => (styles[i] === undefined ? text : out.style(styles[i], text)))
}

const verdictColours = {
  answers: 'green',
  shadowed: 'yellow',
  'other method': 'yellow',
  'no match': 'dim',
} as const

/** @returns 0 when a route answers, 1 when none does */
function explain(site: Site, request: string, out: Terminal, isJson: boolean): number {
  const { method, path } = readRequest(request)
  const candidates = explainMatch(site.routes, method, path)
  const listed = listRoutes(
    site,
    candidates.map(({ entry }) => entry),
  )
  const isAnswered = candidates.some(({ verdict }) => verdict === 'answers')
  const params = isAnswered ? (site.routes.resolve(method, path) as { params: unknown }).params : undefined
  if (isJson) {
    const found = candidates.map(({ verdict, why }, i) => ({ verdict, why, ...listed[i] }))
    out.line(JSON.stringify({ method, path, answered: isAnswered, params, candidates: found }, undefined, 2))
    return isAnswered ? 0 : 1
  }
  if (!isAnswered) out.line(noAnswer(method, path, candidates))
  for (const [i, { verdict, why }] of candidates.entries()) {
    const route = listed[i]!
    out.line(
      `${out.style(verdictColours[verdict], verdict)}  ${route.method} ${out.style('bold', route.path)}  ${route.name ?? ''}`.trimEnd(),
    )
    out.line(`    ${why}`)
    if (verdict === 'answers') {
      if (Object.keys(params as object).length > 0) out.line(`    params  ${JSON.stringify(params)}`)
      out.line(`    view    ${route.view}  ${out.style('dim', route.place ?? '')}`)
      out.line(`    route   ${out.style('dim', route.route ?? '')}`)
    }
  }
  return isAnswered ? 0 : 1
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
    hint: 'Write a method and a path: tao routes --match "GET /blog/7"',
  })
}
