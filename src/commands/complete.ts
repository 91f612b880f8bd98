import { listAppCommands } from './app-commands.ts'
import { defineBuiltIn, type Command, type CommandData, type CommandWorld } from './command.ts'
import { builtInCommands, findBuiltIn } from './list.ts'
import { loadAppCommand } from './load-app-command.ts'

interface Candidate {
  word: string
  /** Left out for values. */
  text?: string
}

/** What the completion scripts of the shells call; it is not in the help. */
export const command: Command = defineBuiltIn({
  name: 'complete',
  summary: 'Print what may stand at the end of a command line',
  arguments: [
    { name: 'shell', description: 'The shell that asks', required: true, choices: ['bash', 'zsh', 'fish'] },
    { name: 'words', description: 'The words after tao; the last one is being typed', variadic: true },
  ],
  async run({ args, options: _options, ...world }) {
    const typed = args.words.at(-1) ?? ''
    const candidates = await candidatesFor(args.words.slice(0, -1), typed, world)
    for (const { word, text } of candidates) {
      if (word.startsWith(typed)) world.stdout.line(format(args.shell, word, text))
    }
  },
})

function format(shell: string, word: string, text: string | undefined): string {
  if (shell === 'bash') return word
  if (shell === 'fish') return text === undefined ? word : `${word}\t${text}`
  const escaped = word.replaceAll(':', String.raw`\:`)
  return text === undefined ? escaped : `${escaped}:${text}`
}

async function candidatesFor(
  before: readonly string[],
  typed: string,
  world: CommandWorld,
): Promise<Candidate[]> {
  const [name, ...words] = before.filter((word, i) => i > 0 || word !== 'help')
  if (name === undefined) {
    if (typed.startsWith('-'))
      return [
        { word: '--help', text: 'Show the commands' },
        { word: '--version', text: 'Print the version' },
      ]
    return commandNames(world)
  }
  const found = (await findBuiltIn(name)?.load())?.command ?? (await loadAppCommand(name, world))
  return found === undefined ? [] : candidatesOf(found, words, typed)
}

async function commandNames({ cwd }: CommandWorld): Promise<Candidate[]> {
  const ofApps = (await listAppCommands(cwd)).map(({ name }): Candidate => ({ word: name }))
  const own = builtInCommands.map(({ name, summary }): Candidate => ({ word: name, text: summary }))
  return [...own, ...ofApps]
}

function candidatesOf(command: CommandData, words: readonly string[], typed: string): Candidate[] {
  const options = command.options ?? []
  const last = words.at(-1) ?? ''
  const open = options.find(({ name, short }) => last === `--${name}` || last === `-${short}`)
  if (open !== undefined && open.type !== 'boolean') return (open.choices ?? []).map((word) => ({ word }))
  if (typed.startsWith('-')) {
    return [
      ...options
        .filter(({ name, multiple }) => multiple || !words.includes(`--${name}`))
        .map(({ name, description }): Candidate => ({ word: `--${name}`, text: description })),
      { word: '--help', text: 'Show the help of this command' },
    ]
  }
  const position = words.filter((word) => !word.startsWith('-')).length
  return (command.arguments?.[position]?.choices ?? []).map((word) => ({ word }))
}
