import { importFile, type Project } from '../project/index.ts'
import { assertCommand, type AppCommandFile } from './app-commands.ts'
import type { Command, CommandContext } from './command.ts'
import { assertInstalled } from './assert-installed.ts'
import type { SiteContext } from './define-command.ts'
import { withSite } from './open-site.ts'

/**
 * A command of the project as one that tao can run: it gets the site, built when it runs and closed afterwards.
 * @throws TAO_COMMAND_INVALID, TAO_NOT_INSTALLED, and whatever importing the file throws
 */
export async function adoptCommand({ name, file }: AppCommandFile, project: Project): Promise<Command> {
  assertInstalled(project.root)
  const { default: own } = await importFile(file, project.root)
  assertCommand(own, file, project)
  const run = own.run.bind(own) as unknown as (
    context: CommandContext & SiteContext,
  ) => Promise<number | void>
  return {
    ...own,
    name,
    run: (context: CommandContext) =>
      withSite(context, 'run', async ({ app }) => {
        const site: SiteContext = {
          app,
          get db() {
            return app.db
          },
        }
        return run(
          Object.defineProperties(
            { ...context } as CommandContext & SiteContext,
            Object.getOwnPropertyDescriptors(site),
          ),
        )
      }),
  }
}
