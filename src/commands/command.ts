import type { Readable } from 'node:stream'
import type { Terminal } from '../base/terminal.ts'

/** A word a command takes by its position. */
export interface ArgumentSpec {
  name: string
  description: string
  required?: boolean
  /** Takes all that follow; only for the last one. */
  variadic?: boolean
  choices?: readonly string[]
}

/** An option of a command: `{ name: 'dry-run', type: 'boolean' }` is `--dry-run`, read as `options.dryRun`. */
export interface OptionSpec {
  name: string
  description: string
  type: 'boolean' | 'string' | 'number'
  /** One letter: `p` is `-p`. */
  short?: string
  /** What stands for the value in the help: `--port PORT`. */
  value?: string
  choices?: readonly string[]
  default?: string | number
  /** May be given several times; the value is a list. */
  multiple?: boolean
}

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

type ArgumentValue<A extends ArgumentSpec> = A['variadic'] extends true
  ? string[]
  : A['required'] extends true
    ? string
    : string | undefined

type SingleValue<O extends OptionSpec> = O['type'] extends 'number'
  ? number
  : O['choices'] extends readonly string[]
    ? O['choices'][number]
    : string

type OptionValue<O extends OptionSpec> = O['type'] extends 'boolean'
  ? boolean
  : O['multiple'] extends true
    ? SingleValue<O>[]
    : O['default'] extends string | number
      ? SingleValue<O>
      : SingleValue<O> | undefined

export type ArgumentValues<Args extends readonly ArgumentSpec[]> = {
  [A in Args[number] as A['name']]: ArgumentValue<A>
}

export type OptionValues<Options extends readonly OptionSpec[]> = {
  [O in Options[number] as CamelCase<O['name']>]: OptionValue<O>
}

/** The world as a command sees it; tests hand in their own. */
export interface CommandWorld {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable & { isTTY?: boolean }
  /** For results. */
  readonly stdout: Terminal
  /** For everything else: progress, warnings, errors. */
  readonly stderr: Terminal
  readonly now: () => Date
  /**
   * From the first call on, Ctrl-C and SIGTERM abort the signal instead of ending the process; a second one ends it.
   * Commands that have something to take back or to close ask for it.
   */
  readonly interruption: () => AbortSignal
}

export interface CommandContext<
  Args = Record<string, unknown>,
  Options = Record<string, unknown>,
> extends CommandWorld {
  readonly args: Args
  readonly options: Options
}

/** What a command's help, its completion and its parsing are made from. */
export interface CommandData {
  /** As it is typed: `new-app`. An app's command gets its name from its file. */
  name?: string
  aliases?: readonly string[]
  /** One line, without a full stop. */
  summary: string
  /** More than the summary says, for `--help`. */
  description?: string
  arguments?: readonly ArgumentSpec[]
  options?: readonly OptionSpec[]
  /** Lines of a shell, with a comment after two spaces and `#`. */
  examples?: readonly string[]
  /** Options it does not know are handed on in the last, variadic argument. */
  passUnknown?: boolean
}

export interface Command extends CommandData {
  /** Does the work. Returns the exit code, nothing meaning 0. */
  run(context: CommandContext<never, never>): Promise<number | void> | number | void
}

export interface CommandDefinition<
  Args extends readonly ArgumentSpec[],
  Options extends readonly OptionSpec[],
  Context,
> extends CommandData {
  arguments?: Args
  options?: Options
  run(
    context: Context & CommandContext<ArgumentValues<Args>, OptionValues<Options>>,
  ): Promise<number | void> | number | void
}

/** Declares one of tao's own commands; the types of `args` and `options` come from the declaration. */
export function defineBuiltIn<
  const Args extends readonly ArgumentSpec[] = [],
  const Options extends readonly OptionSpec[] = [],
>(definition: CommandDefinition<Args, Options, object> & { name: string }): Command {
  return definition
}
