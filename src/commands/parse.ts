import { Command as Parser, CommanderError, InvalidArgumentError, Option } from 'commander'
import { didYouMean } from '../base/text.ts'
import type { CommandData, OptionSpec } from './command.ts'
import { wrongUsage } from './errors.ts'
import { placeholder, usageLine } from './usage.ts'

export interface Parsed {
  args: Record<string, unknown>
  options: Record<string, unknown>
}

/**
 * Reads the words after a command's name by its declaration.
 * @throws TAO_USAGE saying what is wrong, with the nearest option or the usage line as a hint
 */
export function parseWords(name: string, command: CommandData, words: readonly string[]): Parsed {
  const parser = createParser(name, command)
  try {
    parser.parse([...words], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw explain(name, command, words, error)
    throw error
  }
  return { args: argumentValues(command, parser), options: optionValues(command, parser) }
}

function createParser(name: string, command: CommandData): Parser {
  const silent = (): void => {}
  const parser = new Parser(name)
    .helpOption(false)
    .showSuggestionAfterError(false)
    .allowUnknownOption(command.passUnknown ?? false)
    .configureOutput({ writeErr: silent, writeOut: silent, outputError: silent })
    .exitOverride()
    .action(silent)
  for (const { name: word, required, variadic } of command.arguments ?? []) {
    const term = variadic ? `${word}...` : word
    parser.argument(required ? `<${term}>` : `[${term}]`)
  }
  for (const option of command.options ?? []) parser.addOption(toParserOption(option))
  return parser
}

function toParserOption(spec: OptionSpec): Option {
  const flags = [spec.short && `-${spec.short}`, `--${spec.name}`].filter(Boolean).join(', ')
  if (spec.type === 'boolean') return new Option(flags)
  const option = new Option(`${flags} <${placeholder(spec)}>`)
  const read = (text: string): string | number => readValue(spec, text)
  if (!spec.multiple) return option.argParser(read)
  return option.argParser((text, before: unknown) => [...(Array.isArray(before) ? before : []), read(text)])
}

function readValue({ type, choices }: OptionSpec, text: string): string | number {
  if (choices !== undefined && !choices.includes(text)) {
    throw new InvalidArgumentError(`It is one of ${choices.join(', ')}.`)
  }
  if (type !== 'number') return text
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It is a number.')
  return number
}

function argumentValues(command: CommandData, parser: Parser): Record<string, unknown> {
  const specs = command.arguments ?? []
  const values = Object.fromEntries(
    specs.map(({ name, variadic }, i) => [name, parser.processedArgs[i] ?? (variadic ? [] : undefined)]),
  )
  for (const { name, choices } of specs) {
    const value = values[name] as unknown
    if (choices !== undefined && typeof value === 'string' && !choices.includes(value)) {
      throw wrongUsage(`${name} cannot be "${value}": it is one of ${choices.join(', ')}.`, {
        hint: didYouMean(value, choices),
      })
    }
  }
  return values
}

function optionValues(command: CommandData, parser: Parser): Record<string, unknown> {
  const given = parser.opts<Record<string, unknown>>()
  return Object.fromEntries(
    (command.options ?? []).map((spec) => {
      const { name, type, multiple } = spec
      const key = camelCase(name)
      // Commander reads --no-install as "install, which is on, is off"; here it is an option as any other.
      if (type === 'boolean' && name.startsWith('no-'))
        return [key, given[camelCase(name.slice(3))] === false]
      return [key, given[key] ?? (type === 'boolean' ? false : multiple ? [] : spec.default)]
    }),
  )
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function explain(name: string, command: CommandData, words: readonly string[], error: CommanderError): Error {
  const usage = `Usage: ${usageLine(name, command)}`
  const quoted = /'(.*?)'/.exec(error.message)?.[1] ?? ''
  switch (error.code) {
    case 'commander.unknownOption': {
      const [flag = ''] = quoted.split('=')
      const flags = (command.options ?? []).map((option) => `--${option.name}`).concat('--help', '--debug')
      return wrongUsage(`${name} has no option ${flag}.`, {
        hint: didYouMean(flag, flags) ?? `${name} --help lists its options.`,
      })
    }
    case 'commander.missingArgument':
      return wrongUsage(`${name} needs ${quoted.toUpperCase()}.`, { hint: usage })
    case 'commander.optionMissingArgument':
      return wrongUsage(
        `The option ${quoted.replace(/^-\w, /, '').replaceAll(/[<>]/g, '')} needs its value.`,
        { hint: usage },
      )
    case 'commander.excessArguments': {
      const most = command.arguments?.length ?? 0
      return wrongUsage(
        `${name} takes ${most === 0 ? 'no words' : most === 1 ? 'one word' : `${most} words`}, not "${words.join(' ')}".`,
        { hint: usage },
      )
    }
    case 'commander.invalidArgument':
      return wrongUsage(invalidValue(error.message), { hint: usage })
    default:
      return wrongUsage(error.message.replace(/^error: /, ''), { hint: usage, cause: error })
  }
}

/** Commander says: error: option '-p, --port <PORT>' argument 'x' is invalid. It is a number. */
function invalidValue(message: string): string {
  const found = /--([\w-]+)[^']*' argument '(.*)' is invalid\. It is (.*)$/s.exec(message)
  return found === null ? message : `--${found[1]} cannot be "${found[2]}": it is ${found[3]}`
}
