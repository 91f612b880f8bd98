import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { scanSource, type Token } from '../project/index.ts'

/** A file of the site's code. */
export interface SourceFile {
  file: string
  text: string
  tokens: readonly Token[]
}

const NOT_CODE = new Set(['node_modules', 'static', 'templ', 'dist', 'build', 'data', 'coverage'])
/** What is longer was made by a program. */
const LONGEST = 512 * 1024

/** The site's own code below a folder, tests and declarations left out. Links are not followed. */
export function readSources(root: string): SourceFile[] {
  return walk(root).flatMap((file) => {
    if (statSync(file).size > LONGEST) return []
    const text = readFileSync(file, 'utf8')
    return [{ file, text, tokens: scanSource(text) }]
  })
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.name.startsWith('.')) return []
      if (entry.isDirectory()) return NOT_CODE.has(entry.name) ? [] : walk(path)
      return entry.isFile() && isCode(entry.name) ? [path] : []
    })
}

function isCode(name: string): boolean {
  return /\.m?[jt]s$/.test(name) && !/\.(?:test|spec|d)\.m?[jt]s$/.test(name)
}
