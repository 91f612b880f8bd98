import type { TaoError } from '../base/errors.ts'
import { didYouMean, nearest } from '../base/text.ts'
import { TemplateMissing } from './errors.ts'
import type { Folders } from './folders.ts'
import { formatName, type TemplateName } from './name.ts'

/** The error for a name that no folder has: where it was looked for, and the names that are near. */
export function describeMissing(
  name: TemplateName,
  from: TemplateName | undefined,
  folders: Folders,
): TaoError {
  const full = formatName(name)
  const looked = folders.candidates(name)
  const known = folders.list().map((template) => template.name)
  const details = { name: full, looked }
  if (name.app !== undefined && !folders.hasApp(name.app)) {
    const rest = known.filter((other) => other.endsWith(`:${name.path}`))
    const apps = nearest(name.app, folders.appNames).map((app) => `${app}:${name.path}`)
    const hint = didYouMean(full, new Set([...apps, ...rest])) ?? suggest(apps)
    return TemplateMissing(full, `there is no app "${name.app}"`, {
      hint,
      details: { ...details, looked: [] },
    })
  }
  const why = `looked for ${looked.join(', ')}`
  const beside = from?.app !== undefined && name.app === undefined ? sameApp(name, from, known) : undefined
  const elsewhere = known.filter((other) => other.endsWith(`:${name.path}`))
  const hint = beside ?? didYouMean(full, known) ?? suggest(elsewhere)
  return TemplateMissing(full, why, { hint, details })
}

/** Inside an app a bare name means the site's template; often its own was meant. */
function sameApp(name: TemplateName, from: TemplateName, known: string[]): string | undefined {
  const own = formatName({ app: from.app, path: name.path })
  return known.includes(own) ? `A name without an app is the site's. Did you mean "${own}"?` : undefined
}

function suggest(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`
}
