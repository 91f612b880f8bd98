import type { LoadHook } from 'node:module'
import { isSiteTypeScript, loadTypeScript } from './transform.ts'

/** The module hook of the thread that Node 20 runs hooks in; newer lines call the same functions in the main thread. */
export const load: LoadHook = (url, context, nextLoad) =>
  isSiteTypeScript(url) ? loadTypeScript(url) : nextLoad(url, context)
