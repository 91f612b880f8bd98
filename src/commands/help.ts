import type { Terminal } from '../base/terminal.ts'
import type { CommandData, OptionSpec } from './command.ts'
import { builtInCommands } from './list.ts'
import { placeholder, usageLine } from './usage.ts'

type Row = [term: string, text: string]

/** The page of `tao --help`. `appCommands` are the names of the commands of the project around. */
export function printHelp(out: Terminal, version: string, appCommands: readonly string[]): void {
  out.line(`${out.style('bold', 'tao')} ${version}  sites made of apps, for Node.js`)
  out.line(`${heading(out, 'Usage')}  tao COMMAND [options]`)
  out.line()
  const width = Math.max(...builtInCommands.map(({ name }) => name.length))
  for (const group of ['Make', 'Run', 'Look', 'More']) {
    const rows = builtInCommands
      .filter((command) => command.group === group)
      .map(({ name, summary }): Row => [name, summary])
    // No empty lines between the groups: the whole is to fit a page of 25 lines.
    printRows(out, group, rows, width)
  }
  if (appCommands.length > 0) {
    out.line()
    out.line(heading(out, 'Of the apps here'))
    out.line(
      wrap(appCommands.join('  '), out.columns - 2)
        .map((line) => `  ${line}`)
        .join('\n'),
    )
  }
  out.line()
  out.line(`tao COMMAND --help tells more; --debug shows the stack of an error.`)
}

/** The page of `tao NAME --help`, made from the command's data alone. */
export function printCommandHelp(out: Terminal, name: string, command: CommandData): void {
  out.line(`${command.summary}.`)
  out.line()
  out.line(`${heading(out, 'Usage')}  ${usageLine(name, command)}`)
  if (command.aliases?.length)
    out.line(`${heading(out, 'Also')}   ${command.aliases.map((alias) => `tao ${alias}`).join(', ')}`)
  if (command.description !== undefined) {
    out.line()
    for (const line of wrap(command.description, out.columns)) out.line(line)
  }
  const words = (command.arguments ?? []).map(({ name: word, description }): Row => [
    word.toUpperCase(),
    description,
  ])
  const options = (command.options ?? []).map((option): Row => [optionTerm(option), optionText(option)])
  options.push(['-h, --help', 'Show this page'])
  const width = Math.max(...[...words, ...options].map(([term]) => term.length))
  if (words.length > 0) {
    out.line()
    printRows(out, 'Arguments', words, width)
  }
  out.line()
  printRows(out, 'Options', options, width)
  if (command.examples?.length) {
    out.line()
    out.line(heading(out, 'Examples'))
    for (const example of command.examples) {
      const [, line = example, comment] = /^(.*?)( {2,}# .*)$/.exec(example) ?? []
      out.line(`  ${line}${comment === undefined ? '' : out.style('dim', comment)}`)
    }
  }
}

function optionTerm(option: OptionSpec): string {
  const value = option.type === 'boolean' ? '' : ` ${placeholder(option)}`
  return `${option.short === undefined ? '    ' : `-${option.short}, `}--${option.name}${value}`
}

function optionText({ description, choices, default: value }: OptionSpec): string {
  const notes = [choices && choices.join(', '), value === undefined ? undefined : `default ${value}`]
  const note = notes.filter(Boolean).join('; ')
  return note === '' ? description : `${description} (${note})`
}

function heading(out: Terminal, text: string): string {
  return out.style('bold', `${text}:`)
}

function printRows(out: Terminal, title: string, rows: readonly Row[], width: number): void {
  out.line(heading(out, title))
  for (const [term, text] of rows) {
    const [first = '', ...rest] = wrap(text, out.columns - width - 4)
    out.line(`  ${out.style('cyan', term.padEnd(width))}  ${first}`)
    for (const line of rest) out.line(' '.repeat(width + 4) + line)
  }
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.max(20, width)) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
