import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { appFolders, findProject, type Project } from '../project/index.ts'

/** A command that belongs to an app (`blog:import`) or to the site (`import`): a file in its folder commands/. */
export interface AppCommandFile {
  name: string
  file: string
}

/**
 * The commands of the project around a folder, found by their files alone: none is loaded, nor are the settings.
 * Outside of projects there are none. Those of batteries and packages are known only to `loadAppCommand`.
 */
export async function listAppCommands(cwd: string): Promise<AppCommandFile[]> {
  const project = projectAround(cwd)
  if (project === undefined) return []
  const ofApps = appFolders(project.appsFolder).flatMap(({ name, folder }) =>
    commandFiles(join(folder, 'commands'), `${name}:`),
  )
  return [...commandFiles(join(dirname(project.settingsFile), 'commands'), ''), ...ofApps]
}

/** The project a folder belongs to, if it belongs to one. */
export function projectAround(cwd: string): Project | undefined {
  try {
    return findProject(cwd)
  } catch {
    return undefined
  }
}

/** The commands in a folder `commands/`; `prefix` goes before their names. */
export function commandFiles(folder: string, prefix: string): AppCommandFile[] {
  let names: string[]
  try {
    names = readdirSync(folder).sort()
  } catch {
    return []
  }
  return names.flatMap((file) => {
    const name = /^([A-Za-z][\w-]*)\.m?[jt]s$/.exec(file)?.[1]
    return name === undefined ? [] : [{ name: prefix + name, file: join(folder, file) }]
  })
}
