import { relative } from 'node:path'
import { importFile, type Project } from '../project/index.ts'
import type { AppCommandFile } from './app-commands.ts'
import type { Command, CommandContext } from './command.ts'
import { assertInstalled } from './assert-installed.ts'
import type { SiteContext } from './define-command.ts'
import { commandInvalid } from './errors.ts'
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

/** @throws TAO_COMMAND_INVALID unless the value can be run as a command */
function assertCommand(value: unknown, file: string, project: Project): asserts value is Command {
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
