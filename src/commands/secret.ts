import { randomBytes } from 'node:crypto'
import { defineBuiltIn, type Command } from './command.ts'

export const command: Command = defineBuiltIn({
  name: 'secret',
  summary: 'Print a new SECRET_KEY',
  description: 'The key seals sessions. Keep it in .env or the environment, never in a tracked file.',
  examples: ['tao secret', 'echo "SECRET_KEY=$(tao secret)" >> .env'],
  run({ stdout }) {
    stdout.line(createSecret())
  },
})

/** 48 random bytes as text of a URL: strong, and without a character that .env or a shell would change. */
export function createSecret(): string {
  return randomBytes(48).toString('base64url')
}
