import { didYouMean } from '../base/text.ts'
import type { Command, CommandContext, CommandWorld } from './command.ts'
import { unknownCommand, wrongUsage } from './errors.ts'
import { builtInCommands, findBuiltIn } from './list.ts'
import { errorAsJson, printError } from './print-error.ts'

/**
 * Runs one command line: finds the command, loads it, reads its words, runs it, prints the error there may be.
 * @param words the words after `tao`
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 a check found something, 4 it would have had to ask
 */
export async function runCommandLine(
  words: readonly string[],
  world: CommandWorld,
  version: string,
): Promise<number> {
  const { debug, help, rest } = takeGlobalOptions(words)
  let name = 'tao'
  let isJson = false
  try {
    const wanted = rest.findIndex((word) => !word.startsWith('-'))
    const stray = wanted === -1 ? rest : rest.slice(0, wanted)
    if (stray[0] === '--version' || stray[0] === '-V' || stray[0] === '-v') {
      world.stdout.line(version)
      return 0
    }
    if (stray[0] !== undefined) throw strayOption(stray[0], rest[wanted])
    const [word = 'help', ...given] = rest
    if (word === 'help') return await showHelp(given[0], world, version)
    const { command, typed } = await findCommand(word, world)
    name = `tao ${typed}`
    if (help) return await showHelp(word, world, version)
    isJson = given.includes('--json') && command.options?.some((option) => option.name === 'json') === true
    const { parseWords } = await import('./parse.ts')
    const context: CommandContext = { ...world, ...parseWords(name, command, given) }
    return (await command.run(context as CommandContext<never, never>)) ?? 0
  } catch (error) {
    if (isJson) world.stdout.line(JSON.stringify({ error: errorAsJson(error) }, undefined, 2))
    return printError(world.stderr, error, { debug, name })
  }
}

/** `--debug` and `--help` hold for every command and stand anywhere before `--`. */
function takeGlobalOptions(words: readonly string[]): { debug: boolean; help: boolean; rest: string[] } {
  const end = words.indexOf('--')
  const before = end === -1 ? [...words] : words.slice(0, end)
  const isHelp = (word: string): boolean => word === '--help' || word === '-h'
  return {
    debug: before.includes('--debug'),
    help: before.some(isHelp),
    rest: [
      ...before.filter((word) => word !== '--debug' && !isHelp(word)),
      ...(end === -1 ? [] : words.slice(end)),
    ],
  }
}

function strayOption(option: string, command: string | undefined): Error {
  const hint =
    command === undefined
      ? (didYouMean(option, ['--help', '--version', '--debug']) ?? 'tao --help lists the commands.')
      : `Options of a command stand after it: tao ${command} ${option}`
  return wrongUsage(`tao itself has no option ${option}.`, { hint })
}

async function showHelp(word: string | undefined, world: CommandWorld, version: string): Promise<number> {
  const { printCommandHelp, printHelp } = await import('./help.ts')
  if (word === undefined) {
    const { listAppCommands } = await import('./app-commands.ts')
    const appCommands = await listAppCommands(world.cwd)
    printHelp(
      world.stdout,
      version,
      appCommands.map(({ name }) => name),
    )
  } else {
    const { command, typed } = await findCommand(word, world)
    printCommandHelp(world.stdout, `tao ${typed}`, command)
  }
  return 0
}

async function findCommand(word: string, world: CommandWorld): Promise<{ command: Command; typed: string }> {
  const builtIn = findBuiltIn(word)
  if (builtIn !== undefined) return { command: (await builtIn.load()).command, typed: builtIn.name }
  // What the shells' completion calls; it looks at the list of commands, and so is not in it.
  if (word === 'complete') return { command: (await import('./complete.ts')).command, typed: word }
  const { loadAppCommand } = await import('./load-app-command.ts')
  const ofApp = await loadAppCommand(word, world)
  if (ofApp !== undefined) return { command: ofApp, typed: word }
  const names = builtInCommands.flatMap(({ name, aliases }) => [name, ...aliases])
  const { listAppCommands } = await import('./app-commands.ts')
  const ofApps = (await listAppCommands(world.cwd)).map(({ name }) => name)
  throw unknownCommand(word, {
    hint: didYouMean(word, [...names, ...ofApps]) ?? 'tao --help lists the commands.',
  })
}
