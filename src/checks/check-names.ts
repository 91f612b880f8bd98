import { readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { settingPlace, shortPath } from '../project/index.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'

/** Names that are different here, or to us, and the same elsewhere, or to a reader. */
export function checkNames(site: InspectedSite): Finding[] {
  return [...sameButForCase(site), ...samePrefix(site), ...twoFilesOneName(site)]
}

function sameButForCase({ apps }: InspectedSite): Finding[] {
  const seen = new Map<string, string>()
  return apps.flatMap(({ name, routesFile }) => {
    const first = seen.get(name.toLowerCase())
    seen.set(name.toLowerCase(), name)
    if (first === undefined) return []
    return finding('tao.W701', `The apps "${first}" and "${name}" differ in upper and lower case alone`, {
      place: { file: routesFile },
      hint: 'On macOS and Windows they are one folder, and so are their static links.',
    })
  })
}

function samePrefix({ apps, project }: InspectedSite): Finding[] {
  const seen = new Map<string, string>()
  return apps.flatMap(({ name, namePrefix }) => {
    const first = seen.get(namePrefix)
    seen.set(namePrefix, name)
    if (first === undefined) return []
    return finding(
      'tao.W702',
      `The apps "${first}" and "${name}" both name their routes "${namePrefix}:..."`,
      {
        place: settingPlace(project.settingsFile, ['apps', name, 'namePrefix']),
        hint: 'Give one of them another settings.apps.NAME.namePrefix.',
      },
    )
  })
}

/** `index.html` beside `index.njk`: which one is meant is decided by the order of extensions, silently. */
function twoFilesOneName({ apps, project, settings }: InspectedSite): Finding[] {
  const own = apps.filter(({ kind }) => kind === 'site').map(({ templFolder }) => templFolder)
  const extensions = settings.templ.extensions
  return [project.templFolder, ...own].flatMap((folder) => {
    const seen = new Map<string, string>()
    return filesIn(folder).flatMap((file) => {
      const extension = extname(file)
      if (!extensions.includes(extension)) return []
      const stem = file.slice(0, -extension.length)
      const first = seen.get(stem)
      seen.set(stem, file)
      if (first === undefined) return []
      const [winner, loser] = [first, file].toSorted(
        (a, b) => extensions.indexOf(extname(a)) - extensions.indexOf(extname(b)),
      )
      return finding(
        'tao.W703',
        `${shortPath(winner!, project.root)} and ${shortPath(loser!, project.root)} have one name; the first is used`,
        { place: { file: loser! }, hint: 'Rename one, or name it with its extension.' },
      )
    })
  })
}

function filesIn(folder: string | undefined): string[] {
  if (folder === undefined || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesIn(path) : [path]
    })
}
