import { readFileSync } from 'node:fs'
import type { Place } from '../base/errors.ts'
import { lineAndColumn } from '../project/index.ts'
import { listFiles } from './list-files.ts'
import type { StaticApp } from './locate.ts'
import { listReferences, mayRefer } from './references.ts'

/** A style sheet or script that names a static file that is not there. */
export interface BrokenReference {
  /** The path of what names it, as `static()` takes it. */
  from: string
  /** As it is written there. */
  name: string
  /** The path it leads to. */
  target: string
  place: Place
}

/** The references in style sheets and scripts that lead to no file. */
export function findBrokenReferences(
  siteFolder: string,
  apps: readonly StaticApp[],
  url: string,
): BrokenReference[] {
  const files = listFiles(siteFolder, apps)
  const paths = new Set(files.map(({ path }) => path))
  return files
    .filter(({ path }) => mayRefer(path))
    .flatMap(({ path, file }) => {
      const text = readFileSync(file, 'utf8')
      return listReferences(text, path, url)
        .filter(({ target, mayMiss }) => !mayMiss && !paths.has(target))
        .map(({ name, target, offset }) => ({
          from: path,
          name,
          target,
          place: { file, ...lineAndColumn(text, offset) },
        }))
    })
}
