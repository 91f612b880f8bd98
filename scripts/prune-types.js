// Takes away the declarations that no public one leads to: an editor would never read them.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * @param folder what tsc wrote, @param entries the declarations that package.json names, as paths below it
 */
export function pruneTypes(folder, entries) {
  const reached = new Set()
  const waiting = entries.map((entry) => join(folder, entry))
  for (let file; (file = waiting.pop()) !== undefined;) {
    // A comment may name a file of its reader's.
    if (reached.has(file) || !existsSync(file)) continue
    reached.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/['"](\.{1,2}\/[^'"]+)\.(?:js|ts)['"]/g))
      waiting.push(join(dirname(file), `${path}.d.ts`))
  }
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
  for (const entry of all) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile() && !reached.has(file)) rmSync(file)
  }
  // The deepest first, so that a folder is empty by the time it is looked at.
  for (const entry of all.filter((one) => one.isDirectory()).toReversed()) {
    const path = join(entry.parentPath, entry.name)
    if (readdirSync(path).length === 0) rmdirSync(path)
  }
}
