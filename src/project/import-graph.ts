import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { importsOf, type ImportStatement } from './module-names.ts'
import { lineAndColumn } from './scan-source.ts'
import type { Place } from '../base/errors.ts'

/** A file of the site as its imports reach it. */
export interface GraphFile {
  file: string
  text: string
  /** The files that lead to it, the first one first, itself last. */
  chain: readonly string[]
}

/** An import of a file that is not there. */
export interface DanglingImport {
  importer: GraphFile
  specifier: string
  place: Place
  target: string
}

/**
 * The site's own files that importing `file` loads, nearest first, by the imports their text declares; packages and
 * what is imported while code runs are left out. Files that are no modules, such as JSON, are apart.
 */
export function walkImports(file: string): {
  files: GraphFile[]
  others: GraphFile[]
  dangling: DanglingImport[]
} {
  const files: GraphFile[] = []
  const others: GraphFile[] = []
  const dangling: DanglingImport[] = []
  const seen = new Set([file])
  const waiting: { file: string; chain: readonly string[] }[] = [{ file, chain: [file] }]
  for (const { file, chain } of waiting) {
    const text = readText(file)
    if (text === undefined) continue
    const importer: GraphFile = { file, text, chain }
    if (!/\.m?[jt]s$/.test(file)) {
      others.push(importer)
      continue
    }
    files.push(importer)
    for (const statement of importsOf(text)) {
      const target = statement.typeOnly || statement.dynamic ? undefined : localTarget(file, statement)
      if (target === undefined || seen.has(target)) continue
      seen.add(target)
      if (isFile(target)) waiting.push({ file: target, chain: [...chain, target] })
      else {
        const place = { file, ...lineAndColumn(text, statement.start) }
        dangling.push({ importer, specifier: statement.specifier, place, target })
      }
    }
  }
  return { files, others, dangling }
}

function localTarget(importer: string, { specifier }: ImportStatement): string | undefined {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined
  try {
    const target = fileURLToPath(new URL(specifier, pathToFileURL(importer)))
    return target.includes(`${sep}node_modules${sep}`) ? undefined : target
  } catch {
    return undefined
  }
}

/** What an import of a missing file may have meant, as it would be written there. */
export function nearbyModules(
  specifier: string,
  target: string,
): { exact: string | undefined; names: string[] } {
  const stem = target.slice(0, target.length - extname(target).length)
  const asWritten = specifier.slice(0, specifier.length - extname(specifier).length)
  const exact = [
    [`${target}.ts`, `${specifier}.ts`],
    [`${target}.js`, `${specifier}.js`],
    [`${stem}.ts`, `${asWritten}.ts`],
    [`${stem}.js`, `${asWritten}.js`],
    [join(target, 'index.ts'), `${specifier.replace(/\/$/, '')}/index.ts`],
  ].find(([candidate]) => isFile(candidate!))?.[1]
  const folder = dirname(target)
  const before = specifier.slice(0, specifier.length - basename(specifier).length)
  const names = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : []
  return {
    exact,
    names: names.filter((name) => /\.[mc]?[jt]s$|\.json$/.test(name)).map((name) => before + name),
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
