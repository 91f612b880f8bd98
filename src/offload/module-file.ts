import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { moduleRefused } from './errors.ts'

const HINT = "Write: new URL('./work.ts', import.meta.url)"

/** What a module is called once it is compiled, and before. */
const OTHER: Readonly<Record<string, string>> = { '.ts': '.js', '.mts': '.mjs', '.js': '.ts', '.mjs': '.mts' }

/**
 * The file of a module. Code that was compiled still says `./work.ts`: the file beside it with the extension of what it
 * was compiled to stands for it.
 *
 * @throws TAO_OFFLOAD_MODULE for what is no file's URL, or leads to no file
 */
export function moduleFile(module: URL | string): string {
  const shown = String(module)
  if (!shown.startsWith('file:') || !URL.canParse(shown)) {
    throw moduleRefused(`"${shown}"`, 'it is not the URL of a file', { hint: HINT })
  }
  const file = fileURLToPath(new URL(shown))
  if (existsSync(file)) return file
  const extension = /\.m?[jt]s$/.exec(file)?.[0] ?? ''
  const beside = file.slice(0, file.length - extension.length) + (OTHER[extension] ?? '')
  if (extension !== '' && existsSync(beside)) return beside
  throw moduleRefused(file, 'there is no such file', { hint: HINT })
}
