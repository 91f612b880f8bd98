import { defineBuiltIn, type Command } from './command.ts'
import { wrongUsage } from './errors.ts'

const actions = ['status', 'export', 'import', 'drop', 'copy'] as const

/** The options that mean something to an action. */
const taken: Readonly<Record<string, readonly (typeof actions)[number][]>> = {
  collection: ['export', 'import', 'drop', 'copy'],
  from: ['status', 'export', 'drop', 'copy'],
  to: ['import', 'copy'],
  merge: ['copy'],
  force: ['copy'],
  yes: ['drop'],
  noInput: ['drop'],
  json: ['status', 'copy'],
}

export const command: Command = defineBuiltIn({
  name: 'db',
  summary: 'Show, export, import, drop or copy the database',
  description:
    'FILE holds a document a line, as Extended JSON with its types; - is stdin or stdout. All may be repeated after an interruption.',
  arguments: [
    { name: 'action', description: 'What to do', required: true, choices: actions },
    { name: 'file', description: 'Written by export, read by import; - if left out' },
  ],
  options: [
    { name: 'collection', short: 'c', type: 'string', description: 'This collection alone' },
    { name: 'from', type: 'string', value: 'URL', description: "Another database than the settings'" },
    { name: 'to', type: 'string', value: 'URL', description: 'Where copy, and import, write' },
    { name: 'merge', type: 'boolean', description: 'Copy into what is there, replacing by _id' },
    { name: 'force', type: 'boolean', description: 'Drop what is there before the copy' },
    { name: 'yes', short: 'y', type: 'boolean', description: 'Drop without asking' },
    {
      name: 'no-input',
      type: 'boolean',
      description: 'Never ask: exit with 4 without --yes',
    },
    { name: 'json', type: 'boolean', description: 'Print what status and copy find as JSON' },
  ],
  examples: ['tao db export backup.jsonl', 'tao db copy --to mongodb://db.example.com/site'],
  async run({ args, options, ...world }) {
    const { action, file } = args
    for (const [name, by] of Object.entries(taken)) {
      const value = options[name as keyof typeof options]
      if (value !== undefined && value !== false && !by.includes(action as 'status')) {
        const flag = `--${name === 'noInput' ? 'no-input' : name}`
        throw wrongUsage(`tao db ${action} does not take ${flag}.`, {
          hint: `${flag} belongs to ${by.map((each) => `tao db ${each}`).join(', ')}.`,
        })
      }
    }
    if (file !== undefined && action !== 'export' && action !== 'import') {
      throw wrongUsage(`tao db ${action} takes no file.`)
    }
    switch (action) {
      case 'status':
        return (await import('./db-status.ts')).showStatus(world, options)
      case 'export':
        return (await import('./db-export.ts')).exportDatabase(world, file ?? '-', options)
      case 'import':
        return (await import('./db-import.ts')).importDatabase(world, file ?? '-', options)
      case 'drop':
        return (await import('./db-drop.ts')).dropDatabase(world, options)
      default:
        return (await import('./db-copy.ts')).copyDatabase(world, options)
    }
  },
})
