import type { Db } from 'mongodb'
import type { App } from '../http/index.ts'
import type { ArgumentSpec, CommandDefinition, OptionSpec } from './command.ts'

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
