import type { Terminal } from '../base/terminal.ts'
import { count } from '../base/text.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { explainRequest } from './explain-request.ts'
import { listRoutes, type ListedRoute } from './list-routes.ts'
import { withSite } from './open-site.ts'

export const command: Command = defineBuiltIn({
  name: 'routes',
  summary: 'List the routes',
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
      if (options.match !== undefined) return explainRequest(site, options.match, stdout, options.json)
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

function has(route: ListedRoute, filter: string | undefined): boolean {
  if (filter === undefined) return true
  const { method, path, name, app, view, place, route: listed } = route
  return [method, path, name, app, view, place, listed].some((text) =>
    text?.toLowerCase().includes(filter.toLowerCase()),
  )
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
