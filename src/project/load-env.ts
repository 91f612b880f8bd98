import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { envUnreadable } from './errors.ts'
import type { Mode } from './project.ts'

/** Names the variables that came from a .env file, so that an edited file, or a second site, is not taken for the real environment. */
const FROM_FILE = 'TAO_ENV_FILE_KEYS'

/**
 * Reads `.env` in a project's root into `env`, where the real environment wins, and returns all of it. A child process
 * that inherits `env` reads the file anew; what a former file said and this one does not is taken away.
 *
 * @throws `TAO_ENV_UNREADABLE` when there is a `.env` that cannot be read.
 */
export function loadEnv(
  root: string,
  env: Record<string, string | undefined> = process.env,
): Record<string, string> {
  const before = new Set((env[FROM_FILE] ?? '').split(',').filter((key) => key !== ''))
  const given = readEnvFile(join(root, '.env'))
  for (const key of before) if (!Object.hasOwn(given, key)) delete env[key]
  const taken = Object.keys(given).filter((key) => before.has(key) || env[key] === undefined)
  for (const key of taken) env[key] = given[key]
  if (taken.length > 0) env[FROM_FILE] = taken.join(',')
  else delete env[FROM_FILE]
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function readEnvFile(file: string): Record<string, string> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return {}
    throw envUnreadable(file, message, { cause: error, place: { file } })
  }
  return parseEnv(text.replace(/^\uFEFF/, '')) as Record<string, string>
}

/** The mode a command runs in: the debug pages are for those who ask for them, by `--reload` or by NODE_ENV. */
export function chooseMode(env: Readonly<Record<string, string | undefined>>, reload: boolean = false): Mode {
  if (env['NODE_ENV'] === 'test') return 'test'
  return reload || env['NODE_ENV'] === 'development' ? 'development' : 'production'
}
