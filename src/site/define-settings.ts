import type { Middleware } from '../http/index.ts'
import type { SettingsInput } from '../project/index.ts'

/**
 * Types what `settings.ts` exports: `export default defineSettings({ ... })`. Every key may be left out; values are
 * checked, all at once, when the site is built.
 */
export function defineSettings<Input extends SettingsInput<Middleware>>(input: Input): Input {
  return input
}
