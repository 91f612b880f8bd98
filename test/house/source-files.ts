import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const checkout: string = fileURLToPath(new URL('../..', import.meta.url))
const source = join(checkout, 'src')

/** A source file with what it imports, as paths below src/ with slashes. */
export interface SourceFile {
  path: string
  text: string
  imports: string[]
}

export function readSources(): SourceFile[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const file = join(source, path)
      const text = readFileSync(file, 'utf8')
      return { path: path.split(sep).join('/'), text, imports: importsOf(file, text) }
    })
}

/** Types count too: a cycle of types is a cycle for whoever reads. */
function importsOf(file: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const specifiers = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map(
    (match) => match[1]!,
  )
  return specifiers.map((specifier) =>
    relative(source, resolve(dirname(file), specifier))
      .split(sep)
      .join('/'),
  )
}

export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path
}
