import { didYouMean } from '../base/text.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'
import type { Reference } from './reference.ts'

/** Names handed to `url()` and `redirect()`, in code and in templates. */
export function checkUrls(site: InspectedSite): Finding[] {
  const all = [...site.references, ...site.templates.flatMap((template) => template.references)]
  return all.filter(({ kind }) => kind === 'url').flatMap((reference) => checkUrl(reference, site))
}

function checkUrl({ name, place, params }: Reference, { routes }: InspectedSite): Finding[] {
  const entry = routes.table.named.get(name)
  if (entry === undefined) {
    if (mayExist(name, routes)) return []
    const names = [...routes.table.named.keys()]
    const hint = names.find((known) => known.endsWith(`:${name}`))
    return [
      finding('tao.E601', `url() names "${name}", but there is no such route`, {
        place,
        hint: hint === undefined ? didYouMean(name, names) : `Did you mean "${hint}"?`,
      }),
    ]
  }
  const missing =
    params === undefined ? [] : entry.pattern.variables.filter((one) => !params.includes(one.name))
  if (missing.length === 0) return []
  const left = missing.map((variable) => `"${variable.name}"`).join(', ')
  return [finding('tao.E602', `url() of "${name}" (${entry.path}) leaves out ${left}`, { place })]
}

/** Routes that could not be read may have any name behind their app's. */
function mayExist(name: string, { unknown, ownUnknown, entries }: InspectedSite['routes']): boolean {
  if (entries.some((entry) => entry.name === name)) return true
  const colon = name.indexOf(':')
  return colon < 0 ? ownUnknown : unknown.has(name.slice(0, colon)) || ownUnknown
}
