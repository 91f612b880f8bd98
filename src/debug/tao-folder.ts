import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of tao's own package, without a separator at its end. */
export const taoFolder: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** The version of the tao that runs. */
export function taoVersion(): string {
  const { version } = JSON.parse(readFileSync(join(taoFolder, 'package.json'), 'utf8')) as { version: string }
  return version
}
