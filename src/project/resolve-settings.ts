import type { Mode } from './project.ts'
import type { Settings, SettingsInput } from './settings.ts'

export interface ResolveOptions {
  env: Readonly<Record<string, string | undefined>>
  mode: Mode
  root: string
  /** From the command line; these win: `{ host, port }`. */
  flags?: SettingsFlags | undefined
  /** Where the input came from, for `file:line` in messages. */
  file?: string | undefined
  /** The project's name, when the settings give none. */
  name?: string | undefined
  /** Hears sentences about what is odd and no error, such as a key made up for this run. */
  warn?: ((sentence: string) => void) | undefined
}

export interface SettingsFlags {
  host?: string | undefined
  port?: number | undefined
  database?: string | undefined
  logLevel?: string | undefined
}

export declare function resolveSettings(input: SettingsInput, options: ResolveOptions): Settings
