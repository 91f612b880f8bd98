import { didYouMean } from '../base/text.ts'
import { shortPath } from '../project/index.ts'
import { findBrokenReferences, mendLinks, planLinks, type PlannedLink } from '../static/index.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'

/** The links under static/, which can be mended, and names of files that are not there. */
export function checkStatic(site: InspectedSite): Finding[] {
  return [...links(site), ...names(site), ...broken(site)]
}

function links({ project, apps }: InspectedSite): Finding[] {
  const { staticFolder, appsFolder, root } = project
  const plan = planLinks({ staticFolder, appsFolder, apps })
  return plan.links.flatMap((planned): Finding[] => {
    const link = shortPath(planned.link, root)
    const fix = (summary: string): Finding['fix'] => ({
      summary,
      apply: () => {
        const { direct } = mendLinks({ ...plan, links: [planned] })
        if (direct.length > 0) throw new Error('Links cannot be made here; the files are served without it')
      },
    })
    const told = tell(planned, link)
    if (told === undefined) return []
    const { id, message, repair } = told
    return [
      finding(id, message, {
        place: { file: planned.link },
        fix: repair === undefined ? undefined : fix(repair),
        hint: told.hint,
      }),
    ]
  })
}

interface Told {
  id: 'tao.W501' | 'tao.W502' | 'tao.I503'
  message: string
  repair?: string
  hint?: string
}

function tell({ action, app, target }: PlannedLink, link: string): Told | undefined {
  const hint = '"tao check --fix" mends it, and so does "tao serve".'
  switch (action) {
    case 'keep':
      return undefined
    case 'make':
      return {
        id: 'tao.W501',
        message: `${link} should be a link to ${target}`,
        repair: `Link ${link} to ${target}`,
        hint,
      }
    case 'mend':
      return {
        id: 'tao.W501',
        message: `${link} should lead to ${target}`,
        repair: `Let ${link} lead to ${target}`,
        hint,
      }
    case 'remove':
      return {
        id: 'tao.W502',
        message: `${link} leads to an app that is gone`,
        repair: `Remove ${link}`,
        hint,
      }
    case 'conflict':
      return {
        id: 'tao.I503',
        message: `${link} is a real folder or file; its files are served before those of the app "${app}"`,
      }
  }
}

function names({ references, templates, statics, settings }: InspectedSite): Finding[] {
  const all = [...references, ...templates.flatMap((template) => template.references)]
  return all.flatMap(({ kind, name, place }) => {
    if (kind !== 'static' || has(statics, name)) return []
    const known = statics.list().map(({ path }) => path)
    return finding('tao.W504', `static() names "${name}", but there is no such file`, {
      place,
      hint: name.startsWith(settings.static.url)
        ? `Leave ${settings.static.url} out of the name.`
        : didYouMean(name, known),
    })
  })
}

function broken({ project, apps, settings, statics }: InspectedSite): Finding[] {
  return findBrokenReferences(project.staticFolder, apps, settings.static.url).map(
    ({ from, name, target, place }) =>
      finding('tao.W505', `${from} names "${name}", but there is no static file ${target}`, {
        place,
        hint: didYouMean(
          target,
          statics.list().map(({ path }) => path),
        ),
      }),
  )
}

function has(statics: InspectedSite['statics'], name: string): boolean {
  try {
    return statics.has(name)
  } catch {
    return false
  }
}
