import type { RouteEntry } from '../routing/index.ts'
import type { TemplateFile } from '../templates/index.ts'

export type NamedRoute = Pick<RouteEntry, 'name' | 'app' | 'path' | 'pattern'>

/** What of a site has names. */
export interface SiteNames {
  /** The site's apps; what else answers in it, such as the toolbar, is nothing its code should lead to. */
  readonly apps: readonly { readonly name: string }[]
  readonly routes: { readonly entries: readonly NamedRoute[] }
  readonly templ: { list(): readonly TemplateFile[] }
}

/** What a path's variable takes, by its converter; the others take text, or are the site's own. */
const PARAM_TYPES: Readonly<Record<string, string>> = {
  int: 'number',
  str: 'UrlText',
  slug: 'UrlText',
  uuid: 'UrlText',
  path: 'UrlText',
}

/**
 * The text of `.tao/types.d.ts`: the names of a site's routes with what their paths need, and those of its templates, as
 * declarations that merge with tao's own. The same site always gives the same text.
 */
export function describeNames({ apps, routes, templ }: SiteNames): string {
  const known = new Set(apps.map(({ name }) => name))
  const isOfSite = ({ app }: { app: string | undefined }): boolean => app === undefined || known.has(app)
  const routeLines = routes.entries
    .filter(isOfSite)
    .filter(({ name }) => name !== undefined)
    .map((entry) => `    /** ${commentText(entry.path)} */\n    ${key(entry.name!)}: ${paramsOf(entry)}\n`)
  const templateLines = templ
    .list()
    .filter(isOfSite)
    .map(({ name }) => `    ${key(name)}: true\n`)
  const imported = ['UrlParam', 'UrlText'].filter((type) => routeLines.some((line) => line.includes(type)))
  return `// Written by tao from the routes and templates of this site, and written anew by "tao serve --reload", "tao check"
// and "tao new-app": do not edit it, do not commit it. With it url(), redirect() and templ() check names.
${imported.length === 0 ? 'export {}' : `import type { ${imported.join(', ')} } from 'tao1'`}

declare module 'tao1' {
  interface RouteNames {
${routeLines.join('')}  }

  interface TemplateNames {
${templateLines.join('')}  }
}
`
}

function paramsOf({ pattern }: NamedRoute): string {
  const members = pattern.variables.map(({ name, converter }) => `${name}: ${paramType(converter)}`)
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
}

/** A regular expression in the path has no converter, and takes text. */
function paramType(converter: string | undefined): string {
  if (converter === undefined) return 'UrlText'
  return Object.hasOwn(PARAM_TYPES, converter) ? PARAM_TYPES[converter]! : `UrlParam<${key(converter)}>`
}

function key(text: string): string {
  return /^[ -&(-[\]-~]*$/.test(text) ? `'${text}'` : JSON.stringify(text)
}

/** A path such as `/*\/{rest:path}` would end the comment it stands in. */
function commentText(path: string): string {
  return path.replaceAll('*/', '*\\/')
}
