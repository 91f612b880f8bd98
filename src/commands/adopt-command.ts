import { importFile, type Project } from '../project/index.ts'
import type { Db } from 'mongodb'
import type { App } from '../http/index.ts'
import { assertCommand, type AppCommandFile } from './app-commands.ts'
import type { ArgumentSpec, Command, CommandContext, CommandDefinition, OptionSpec } from './command.ts'
import { assertInstalled } from './assert-installed.ts'
import { withSite } from './open-site.ts'

/** What the command of an app has beside its words: the site, built as for serving. */
export interface SiteContext {
  /** The running site, as requests carry it. */
  readonly app: App
  readonly db: Db
}

/**
 * Types the command that `apps/NAME/commands/*.ts` exports by default; it becomes `tao NAME:FILE`. The types of `args` and
 * `options` come from the declaration, and `run` returns the exit code, nothing meaning 0.
 */
export function defineCommand<
  const Args extends readonly ArgumentSpec[] = [],
  const Options extends readonly OptionSpec[] = [],
>(definition: CommandDefinition<Args, Options, SiteContext>): CommandDefinition<Args, Options, SiteContext> {
  return definition
}

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
