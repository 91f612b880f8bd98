import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { appFolders, findProject, type Project } from '../project/index.ts'
import type { Command, CommandWorld } from './command.ts'
import { commandInvalid } from './errors.ts'

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
  return [...commandFiles(join(project.root, 'commands'), ''), ...ofApps]
}

/**
 * Loads the command of that name from the project around, ready to run with the site built for it.
 * @returns nothing when there is no such command
 * @throws TAO_COMMAND_INVALID, and whatever importing the site's code throws
 */
export async function loadAppCommand(name: string, world: CommandWorld): Promise<Command | undefined> {
  const project = projectAround(world.cwd)
  if (project === undefined) return undefined
  const known = await listAppCommands(project.root)
  const found = known.find((command) => command.name === name) ?? (await findElsewhere(name, project, world))
  if (found === undefined) return undefined
  const { adoptCommand } = await import('./adopt-command.ts')
  return adoptCommand(found, project)
}

/** Apps that are no folders of the site are known by its settings: these are read only when a name asks for it. */
async function findElsewhere(
  name: string,
  project: Project,
  { env }: CommandWorld,
): Promise<AppCommandFile | undefined> {
  const [appName = '', commandName] = name.split(':')
  if (commandName === undefined) return undefined
  const { chooseMode, discoverApps, loadEnv, loadSettings } = await import('../project/index.ts')
  const settings = await loadSettings(project, { env: loadEnv(project.root), mode: chooseMode(env) })
  const app = discoverApps(project, settings).find((each) => each.name === appName)
  if (app?.commandsFolder === undefined) return undefined
  return commandFiles(app.commandsFolder, `${appName}:`).find((command) => command.name === name)
}

function projectAround(cwd: string): Project | undefined {
  try {
    return findProject(cwd)
  } catch {
    return undefined
  }
}

function commandFiles(folder: string, prefix: string): AppCommandFile[] {
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

/** @throws TAO_COMMAND_INVALID unless the value can be run as a command */
export function assertCommand(value: unknown, file: string, project: Project): asserts value is Command {
  const shown = relative(project.root, file)
  const place = { file }
  if (typeof value !== 'object' || value === null) {
    throw commandInvalid(shown, 'it exports none by default', {
      place,
      hint: 'Write: export default defineCommand({ ... })',
    })
  }
  const { run, summary } = value as Partial<Command>
  if (typeof run !== 'function') throw commandInvalid(shown, 'it has no function "run"', { place })
  if (typeof summary !== 'string')
    throw commandInvalid(shown, 'it has no "summary", the line of its help', { place })
}
