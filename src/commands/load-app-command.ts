import type { Project } from '../project/index.ts'
import { commandFiles, listAppCommands, projectAround, type AppCommandFile } from './app-commands.ts'
import type { Command, CommandWorld } from './command.ts'

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
