import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { shortPath } from '../project/index.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'

/** Folders that were meant to be apps; apps that are broken are found while they are read. */
export function checkApps({ project, folders }: InspectedSite): Finding[] {
  const lookalikes = folders.flatMap(({ name, folder }) => {
    const signs = signsOfApp(folder)
    if (signs.length === 0) return []
    return finding('tao.W207', `apps/${name} has ${signs.join(', ')} but no routes.ts, so it is no app`, {
      place: { file: folder },
      hint: 'Add a routes.ts that exports a list of routes, or move the folder out of apps/.',
    })
  })
  return [...lookalikes, ...danglingLinks(project.appsFolder, project.root)]
}

function signsOfApp(folder: string): string[] {
  const names = readdirSync(folder)
  if (names.some((name) => /^routes\.m?[jt]s$/.test(name))) return []
  return names.filter((name) =>
    /^(?:views|middleware)\.m?[jt]s$|^(?:templ|static)$|^routes?\.\w+$/i.test(name),
  )
}

function danglingLinks(appsFolder: string, root: string): Finding[] {
  if (statSync(appsFolder, { throwIfNoEntry: false }) === undefined) return []
  return readdirSync(appsFolder)
    .map((name) => join(appsFolder, name))
    .filter(
      (path) => lstatSync(path).isSymbolicLink() && statSync(path, { throwIfNoEntry: false }) === undefined,
    )
    .map((path) =>
      finding('tao.W208', `${shortPath(path, root)} is a link to ${readlinkSync(path)}, which is not there`, {
        place: { file: path },
      }),
    )
}
