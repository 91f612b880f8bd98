import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'oxc-transform'
import type { Place } from '../base/errors.ts'
import { lineAndColumn } from './scan-source.ts'

/** A mistake of TypeScript's or JavaScript's syntax, with the lines around it. */
export interface SyntaxMistake {
  reason: string
  hint: string | undefined
  line: number
  column: number
  frame: string
}

/** Whether a module is the site's own TypeScript. That of packages must be compiled by who publishes them, as for Node itself. */
export function isSiteTypeScript(url: string): boolean {
  return /^file:[^?#]*\.m?ts(?:[?#]|$)/.test(url) && !url.includes('/node_modules/')
}

/** What a module hook answers for a TypeScript file. */
export function loadTypeScript(url: string): { format: 'module'; shortCircuit: true; source: string } {
  const file = fileURLToPath(url)
  return { format: 'module', shortCircuit: true, source: transform(file, readFileSync(file, 'utf8')) }
}

function transform(file: string, text: string): string {
  const { code, map, errors } = run(file, text, true)
  if (errors.length > 0 || map === undefined) {
    const mistake = describe(text, errors[0])
    throw new SyntaxError(`${file}:${mistake.line}:${mistake.column}: ${mistake.reason}\n${mistake.frame}`)
  }
  // The map names its source beside the module, so that no path has to be a URL; its text is on disk.
  const { version, names, mappings } = map
  const inline = Buffer.from(
    JSON.stringify({ version, sources: [basename(file)], names, mappings }),
  ).toString('base64')
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`
}

/** A module as a build keeps it. */
export interface CompiledModule {
  code: string
  /** A source map, as JSON. */
  map: string
}

/** Compiles a module of the site to plain JavaScript. Its map names the source as if it lay beside the result. */
export function compileModule(file: string, text: string): CompiledModule | SyntaxMistake {
  const { code, map, errors } = run(file, text, true)
  if (errors.length > 0 || map === undefined) return describe(text, errors[0])
  const { version, names, mappings } = map
  return { code, map: JSON.stringify({ version, sources: [basename(file)], names, mappings }) }
}

/** What a module of the site is to the engine, or its own text when that cannot be compiled. */
export function compile(file: string, text: string): string {
  return /\.m?ts$/.test(file) ? run(file, text, false).code : text
}

/** TypeScript without its types; nothing when it has a mistake. */
export function withoutTypes(text: string): string | undefined {
  const { code, errors } = run('code.ts', text, false)
  return errors.length > 0 ? undefined : code
}

/** The first syntax mistake of a file, or undefined. */
export function findSyntaxMistake(file: string, text: string): SyntaxMistake | undefined {
  const [error] = run(file, text, false).errors
  return error === undefined ? undefined : describe(text, error)
}

function run(file: string, text: string, sourcemap: boolean): ReturnType<typeof transformSync> {
  const lang = /\.m?ts$/.test(file) ? 'ts' : 'js'
  // Nothing is lowered: that would import helper functions from a package no site has.
  return transformSync(file, text, { lang, sourceType: 'module', target: 'esnext', sourcemap })
}

type OxcError = ReturnType<typeof transformSync>['errors'][number]

function describe(text: string, error: OxcError | undefined): SyntaxMistake {
  const labels = error?.labels ?? []
  // Of a name declared twice both places are given, the first one first; what is wrong is the second.
  const isTwice = labels.at(-1)?.message?.includes('redeclared') === true
  const at = isTwice ? labels.at(-1) : labels[0]
  const { line, column } = lineAndColumn(text, offsetOf(text, at?.start ?? 0))
  const first = isTwice ? `, in line ${lineAndColumn(text, offsetOf(text, labels[0]!.start)).line}` : ''
  return {
    reason: reasonOf(error?.message ?? 'it could not be compiled', labels[0]?.message) + first,
    hint: error?.helpMessage ?? undefined,
    line,
    column,
    frame: codeFrame(text, line, column),
  }
}

/** The message, and what its place is labelled with unless that says the same again. */
function reasonOf(message: string, label: string | null | undefined): string {
  const reason = message.replace('`EOF`', 'the end of the file').replace(/\.$/, '')
  const known = `${message} here`.toLowerCase()
  const isSaid = (label ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word))
  return isSaid ? reason : `${reason}: ${label}`
}

/** oxc counts bytes of UTF-8. */
function offsetOf(text: string, bytes: number): number {
  return Buffer.from(text).subarray(0, bytes).toString().length
}

/** The place in a TypeScript file of a line in what it was compiled to; that of a JavaScript file is its own. */
export function originalPlace(file: string, line: number, column: number = 1): Place {
  if (!/\.m?ts$/.test(file)) return { file, line }
  const { map } = run(file, readFileSync(file, 'utf8'), true)
  if (map === undefined) return { file }
  const { mappings, names } = map
  const source = new SourceMap({
    version: 3,
    file,
    sources: [file],
    sourcesContent: [],
    names,
    mappings,
    sourceRoot: '',
  })
  const entry = source.findEntry(line - 1, column - 1)
  return 'originalLine' in entry
    ? { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    : { file }
}

/** The lines around a place, the line itself marked, as compilers print them. */
export function codeFrame(text: string, line: number, column: number, around: number = 2): string {
  const lines = text.split(/\r?\n/)
  const first = Math.max(1, line - around)
  const last = Math.min(lines.length, line + around)
  const width = String(last).length
  const shown: string[] = []
  for (let at = first; at <= last; at++) {
    shown.push(`${at === line ? '>' : ' '} ${String(at).padStart(width)} | ${lines[at - 1]}`)
    if (at === line) shown.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, column - 1))}^`)
  }
  return shown.join('\n')
}
