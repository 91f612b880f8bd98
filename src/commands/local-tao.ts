import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Each of them marks the folder of a project; the last one where there is nothing but a build. */
const settingsFiles = ['settings.ts', 'settings.js', '.tao/build/build.json']
const anywhere = new Set(['new-project', 'startproject', 'secret', 'completion', 'help'])

/**
 * The `bin/tao.js` a project has installed for itself, when it is another than the one that runs. A site imports its own
 * `tao1`: were it served by another copy, `instanceof` and everything else that compares classes would fail.
 */
export function findLocalTao(cwd: string, words: readonly string[], runningRoot: string): string | undefined {
  const word = words.find((each) => !each.startsWith('-'))
  if (word === undefined || anywhere.has(word)) return undefined
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (settingsFiles.some((name) => existsSync(join(folder, name)))) {
      const bin = join(folder, 'node_modules/tao1/bin/tao.js')
      if (!existsSync(bin)) return undefined
      const real = realpathSync(bin)
      return real === join(realpathSync(runningRoot), 'bin/tao.js') ? undefined : real
    }
    if (dirname(folder) === folder) return undefined
  }
}
