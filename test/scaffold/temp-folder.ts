import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder with a space and a letter beyond ASCII in its path, removed when the test ends. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tao ordner ü ')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** All paths below a folder, sorted; folders end in a slash. */
export function listing(folder: string): string[] {
  return entriesOf(folder, '').sort()
}

/** Not by `recursive`: on Node 24 that goes through links. */
function entriesOf(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name)
    return entry.isDirectory() ? [`${path}/`, ...entriesOf(folder, path)] : [path]
  })
}
