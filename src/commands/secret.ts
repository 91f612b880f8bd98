import { createSecretKey } from '../project/index.ts'
import { defineBuiltIn, type Command } from './command.ts'

export const command: Command = defineBuiltIn({
  name: 'secret',
  summary: 'Print a new SECRET_KEY',
  description: 'The key seals sessions. Keep it in .env or the environment, never in a tracked file.',
  examples: ['tao secret', 'echo "SECRET_KEY=$(tao secret)" >> .env'],
  run({ stdout }) {
    stdout.line(createSecretKey())
  },
})
