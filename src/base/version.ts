import { readFileSync } from 'node:fs'

/** The version of the tao that runs. */
export function taoVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
