import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { mapStacks, registerTypeScript } from './register-typescript.ts'
import { isBuilt } from './site-build.ts'

/**
 * Imports a module of the site: the one door through which user code comes in.
 *
 * @param file its absolute path
 * @param root what paths in messages are relative to
 * @returns the module's exports
 * @throws `TaoError` with the place and, under `details.chain`, the files that lead there: `TAO_IMPORT_SYNTAX`,
 *   `TAO_IMPORT_MISSING`, `TAO_IMPORT_NO_EXPORT`, `TAO_IMPORT_THREW`, `TAO_IMPORT_FAILED`; a `TaoError` the module
 *   threw itself is passed on.
 */
export async function importFile(
  file: string,
  root: string = process.cwd(),
): Promise<Record<string, unknown>> {
  if (isBuilt(file)) mapStacks()
  else await registerTypeScript()
  // Node follows no links in a module's path when the last thing it looked at was a pipe or a socket, such as one that a
  // killed server left behind: then a linked package is loaded under a name that leads to none of its dependencies.
  statSync(file, { throwIfNoEntry: false })
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    const { explainImportError } = await import('./explain-import-error.ts')
    throw explainImportError(error, file, root)
  }
}
