export type { ArgumentSpec, CommandContext, CommandDefinition, CommandWorld, OptionSpec } from './command.ts'
export { defineCommand, type SiteContext } from './define-command.ts'
