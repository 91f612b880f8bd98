import type { CommandData, OptionSpec } from './command.ts'

/** What stands for an option's value: `PORT`. */
export function placeholder(option: OptionSpec): string {
  return option.value ?? option.name.toUpperCase()
}

/** `tao new-app NAME [options]` */
export function usageLine(name: string, command: CommandData): string {
  const words = (command.arguments ?? []).map(({ name: word, required, variadic }) => {
    const term = `${word.toUpperCase()}${variadic ? '...' : ''}`
    return required ? term : `[${term}]`
  })
  return [name, ...words, ...(command.options?.length ? ['[options]'] : [])].join(' ')
}
