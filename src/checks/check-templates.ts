import { dirname, extname } from 'node:path'
import type { Place } from '../base/errors.ts'
import { didYouMean } from '../base/text.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite, SiteTemplate } from './inspect-site.ts'

/** Templates that cannot be read, names that lead to none, and templates that nothing names. */
export function checkTemplates(site: InspectedSite): Finding[] {
  return [
    ...site.templates.flatMap((template) => syntaxOf(template, site)),
    ...missingFromCode(site),
    ...site.templates.flatMap((template) => missingFromTemplate(template, site)),
    ...unused(site),
  ]
}

function syntaxOf({ name, file }: SiteTemplate, { templ }: InspectedSite): Finding[] {
  try {
    templ.nunjucks.getTemplate(name, true)
    return []
  } catch (error) {
    const { message, line, column, hint } = error as Error & { line?: number; column?: number; hint?: string }
    const place: Place = { file, line, column }
    return [finding('tao.E401', `The template "${name}" has a syntax error: ${message}`, { place, hint })]
  }
}

function missingFromCode({ references, templ, apps, routes }: InspectedSite): Finding[] {
  return references.flatMap(({ kind, name, place }) => {
    if (kind !== 'templ' || templ.has(name)) return []
    const hint = nearestTemplate(name, { templ, apps, routes })
    return finding('tao.E402', `templ() names "${name}", but there is no such template`, { place, hint })
  })
}

function missingFromTemplate(template: SiteTemplate, site: InspectedSite): Finding[] {
  return template.references.flatMap(({ kind, name, place }) => {
    if (kind === 'parent' && !site.templ.has(absoluteName(name, template)))
      return finding(
        'tao.E403',
        `The template "${template.name}" names "${name}", but there is no such template`,
        {
          place,
          hint: nearestTemplate(name, site),
        },
      )
    if (kind === 'filter' && !hasFilter(name, site))
      return finding(
        'tao.E404',
        `The template "${template.name}" uses the filter "${name}", which does not exist`,
        {
          place,
          hint: didYouMean(
            name,
            Object.keys((site.templ.nunjucks as unknown as { filters: object }).filters),
          ),
        },
      )
    return []
  })
}

function hasFilter(name: string, { templ }: InspectedSite): boolean {
  try {
    templ.nunjucks.getFilter(name)
    return true
  } catch {
    return false
  }
}

function nearestTemplate(
  name: string,
  { templ }: Pick<InspectedSite, 'templ' | 'apps' | 'routes'>,
): string | undefined {
  return didYouMean(
    name.replace(/^apps\./, ''),
    templ.list().map((template) => template.name),
  )
}

/** `./row` and `../row` begin at the template's own folder. */
function absoluteName(name: string, from: SiteTemplate): string {
  if (!/^\.{1,2}\//.test(name)) return name
  const path = from.app === undefined ? from.name : from.name.slice(from.app.length + 1)
  const folders = dirname(path)
    .split('/')
    .filter((part) => part !== '.')
  for (const part of name.split('/')) {
    if (part === '..') folders.pop()
    else if (part !== '.') folders.push(part)
  }
  const joined = folders.join('/')
  return from.app === undefined ? joined : `${from.app}:${joined}`
}

/** Pages that are found by their name: those for errors. */
const FOUND_BY_NAME = /(?:^|[:/])(?:[45]\d\d|[45]xx|error)$/

function unused(site: InspectedSite): Finding[] {
  const used = new Set<string>()
  const use = (name: string): void => {
    try {
      used.add(site.templ.resolve(name).file)
    } catch {
      // A name that leads nowhere is told elsewhere.
    }
  }
  for (const template of site.templates)
    for (const { kind, name } of template.references) if (kind === 'parent') use(absoluteName(name, template))
  // Any text in the code that is a template's name counts: names are chosen by conditions and kept in lists.
  for (const { tokens } of site.sources) for (const { kind, text } of tokens) if (kind === 'string') use(text)
  const overriding = new Set(site.apps.filter(({ kind }) => kind !== 'site').map(({ name }) => name))
  return site.templates
    .filter(
      ({ file, app, name }) =>
        !used.has(file) && !overriding.has(app ?? '') && !FOUND_BY_NAME.test(stem(name)),
    )
    .map(({ name, file }) =>
      finding('tao.I405', `The template "${name}" is named nowhere`, {
        place: { file },
        hint: 'If its name is put together while the site runs, nothing is wrong.',
      }),
    )
}

function stem(name: string): string {
  return name.slice(0, name.length - extname(name).length)
}
