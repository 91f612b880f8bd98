import { realpathSync } from 'node:fs'
import * as nodeModule from 'node:module'

type Load = (url: string, context: unknown, nextLoad: (url: string, context: unknown) => unknown) => unknown

/** What newer lines of Node have; the types are those of Node 20. */
interface NewerModule {
  registerHooks?: (hooks: { load: Load }) => unknown
  setSourceMapsSupport?: (enabled: boolean, options: { nodeModules: boolean; generatedCode: boolean }) => void
}

// Module hooks hold for the whole process, whichever copy of this file registered them, so the mark does too.
const REGISTERED = Symbol.for('tao.typescript')

/**
 * Lets this process import the site's `.ts` files, with stack traces that show their own lines. `importFile` does it
 * by itself; a process that wants to be ready before calls it after the framework's own imports, since what is
 * imported later passes the hook too. Calling it again does nothing.
 *
 * Node runs hooks in the importing thread from 22.15 on (`module.registerHooks`), in a thread of their own before.
 *
 * @throws ENOENT where that thread is needed and the working folder is gone
 */
export async function registerTypeScript(): Promise<void> {
  const marks = globalThis as { [REGISTERED]?: true }
  if (marks[REGISTERED]) return
  const newer = nodeModule as NewerModule
  if (newer.registerHooks !== undefined) {
    // Not imported above: with hooks in another thread this one would load the compiler for nothing.
    const { isSiteTypeScript, loadTypeScript } = await import('./transform.ts')
    if (marks[REGISTERED]) return
    newer.registerHooks({
      load: (url, context, nextLoad) =>
        isSiteTypeScript(url) ? loadTypeScript(url) : nextLoad(url, context),
    })
  } else if (import.meta.url.endsWith('.js')) {
    // The thread of the hooks cannot start in a folder that is gone, and `register` would wait for it for good.
    realpathSync.native('.')
    nodeModule.register('./typescript-worker.js', import.meta.url)
  } else {
    // This file is TypeScript itself, on a Node that knows none: whoever runs it runs the site's files too.
    return
  }
  marks[REGISTERED] = true
  mapStacks()
}

/** Lets stack traces name the lines of the sources, as far as modules that are loaded from now on bring a source map. */
export function mapStacks(): void {
  const newer = nodeModule as NewerModule
  if (newer.setSourceMapsSupport === undefined) process.setSourceMapsEnabled(true)
  else newer.setSourceMapsSupport(true, { nodeModules: false, generatedCode: false })
}
