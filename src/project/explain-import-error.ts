import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TaoError, type Place, type TaoErrorOptions } from '../base/errors.ts'
import { didYouMean } from '../base/text.ts'
import { findEngineMistake } from './engine-syntax.ts'
import { importFailed, importMissing, importNoExport, importSyntax, importThrew } from './errors.ts'
import { hintOfPaths } from './hint-of-paths.ts'
import { nearbyModules, walkImports, type GraphFile } from './import-graph.ts'
import { exportsOf, importsOf } from './module-names.ts'
import { lineAndColumn, scanSource } from './scan-source.ts'
import { shortPath } from './short-path.ts'
import { stackPlaces } from './stack-places.ts'
import { codeFrame, findSyntaxMistake } from './transform.ts'

interface Failure {
  error: unknown
  /** The file whose import failed. */
  file: string
  root: string
  short: (path: string) => string
  files: readonly GraphFile[]
  others: readonly GraphFile[]
}

/**
 * Says why importing a file failed. Node's own words differ between its lines and seldom name a line of the source,
 * so the files are looked at again: what is missing or cannot be parsed is found without them.
 */
export function explainImportError(error: unknown, file: string, root: string): TaoError {
  const { files, others, dangling } = walkImports(file)
  const failure: Failure = { error, file, root, short: (path) => shortPath(path, root), files, others }
  for (const graphFile of files) {
    const mistake = findSyntaxMistake(graphFile.file, graphFile.text)
    if (mistake === undefined) continue
    const { reason, hint, line, column } = mistake
    const place = { file: graphFile.file, line, column }
    return importSyntax(
      failure.short(place.file),
      reason + importedBy(failure, place.file),
      options(failure, place, { hint }),
    )
  }
  const [missing] = dangling
  if (missing !== undefined) {
    const { exact, names } = nearbyModules(missing.specifier, missing.target)
    const hint = exact === undefined ? didYouMean(missing.specifier, names) : `Did you mean "${exact}"?`
    return importMissing(
      missing.specifier,
      failure.short(missing.importer.file),
      options(failure, missing.place, { hint }),
    )
  }
  return (
    explainBrokenJson(failure) ??
    explainMissingPackage(failure) ??
    explainMissingExport(failure) ??
    explainRejected(failure) ??
    explainThrown(failure)
  )
}

function options(
  failure: Failure,
  place: Place,
  given: { hint?: string | undefined; cause?: unknown },
): TaoErrorOptions {
  const text = readText(place.file)
  const frame =
    text === undefined || place.line === undefined
      ? undefined
      : codeFrame(text, place.line, place.column ?? 1)
  const { hint, cause = failure.error } = given
  return { hint, place, cause, details: { chain: chainTo(failure, place.file), frame } }
}

function chainTo(failure: Failure, file: string): readonly string[] {
  const all = [...failure.files, ...failure.others]
  return all.find((graphFile) => graphFile.file === file)?.chain ?? [failure.file]
}

function importedBy(failure: Failure, file: string): string {
  const importers = chainTo(failure, file).filter((one) => one !== file)
  return importers.length === 0
    ? ''
    : ` (imported by ${importers.reverse().map(failure.short).join(', by ')})`
}

/** A file that Node reads as data: of the place of a mistake in it, its words tell a number of characters at best. */
function explainBrokenJson(failure: Failure): TaoError | undefined {
  for (const { file, text } of failure.others) {
    if (!file.endsWith('.json')) continue
    try {
      JSON.parse(text)
    } catch (error) {
      const { message } = error as Error
      const at = /at position (\d+)/.exec(message)?.[1]
      const end = /end of JSON/.test(message) ? text.length : undefined
      const start = at === undefined ? end : Number(at)
      const place = { file, ...(start === undefined ? {} : lineAndColumn(text, start)) }
      const reason = message.replace(/ in JSON at position .*$/s, '')
      return importSyntax(
        failure.short(file),
        reason + importedBy(failure, file),
        options(failure, place, {}),
      )
    }
  }
  return undefined
}

function explainMissingPackage(failure: Failure): TaoError | undefined {
  const { code, message } = describe(failure.error)
  const [, specifier, from] =
    /Cannot find (?:package|module) '([^']+)' imported from (.+?)(?:\n|$)/.exec(message) ??
    /No such built-in module: ()?(\S+)/.exec(message) ??
    []
  if (code === 'ERR_UNKNOWN_BUILTIN_MODULE') {
    const name = from ?? 'a built-in module'
    const place = placeOfImport(failure, name) ?? { file: failure.file }
    const hint = didYouMean(
      name,
      builtinModules.map((known) => `node:${known}`),
    )
    return importMissing(name, failure.short(place.file), options(failure, place, { hint }))
  }
  if (code !== 'ERR_MODULE_NOT_FOUND' || specifier === undefined || from === undefined) return undefined
  const importer = asPath(from)
  const place = placeOfImport(failure, specifier, importer) ?? { file: importer }
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  const hint = isAbsolute(specifier)
    ? undefined
    : (hintOfPaths(failure.root, specifier) ?? `Install it: npm install ${name}`)
  return importMissing(specifier, failure.short(importer), options(failure, place, { hint }))
}

function placeOfImport(failure: Failure, specifier: string, importer?: string): Place | undefined {
  const texts = failure.files.map(({ file, text }) => ({ file, text }))
  const outside =
    importer === undefined || texts.some(({ file }) => file === importer) ? undefined : readText(importer)
  if (outside !== undefined) texts.push({ file: importer!, text: outside })
  for (const { file, text } of texts) {
    if (importer !== undefined && file !== importer) continue
    const found = importsOf(text).find(
      (one) => one.specifier === specifier || one.specifier.startsWith(`${specifier}/`),
    )
    if (found !== undefined) return { file, ...lineAndColumn(text, found.start) }
  }
  return undefined
}

function explainMissingExport(failure: Failure): TaoError | undefined {
  const { message, stack } = describe(failure.error)
  const [, specifier, name] =
    /requested module '([^']+)' does not provide an export named '([^']+)'/.exec(message) ?? []
  const [, commonName, commonSpecifier] =
    /Named export '([^']+)' not found. The requested module '([^']+)'/.exec(message) ?? []
  const wanted = name ?? commonName
  const from = specifier ?? commonSpecifier
  if (wanted === undefined || from === undefined) return undefined
  const location = /^(.+?):\d+\n/.exec(stack)?.[1]
  const named = location === undefined ? undefined : asPath(location)
  const importers = failure.files.filter(({ text }) => importsOf(text).some((one) => one.specifier === from))
  const importer =
    importers.find(({ file }) => file === named) ??
    importers.find(({ text }) => scanSource(text).some((token) => token.text === wanted)) ??
    importers[0]
  if (importer === undefined) return undefined
  const token = scanSource(importer.text).find(({ text }) => text === wanted)
  const place = {
    file: importer.file,
    ...(token === undefined ? {} : lineAndColumn(importer.text, token.start)),
  }
  const target = failure.files.find(
    ({ file }) => from.startsWith('.') && file === resolve(dirname(importer.file), from),
  )
  const hint =
    wanted === 'default'
      ? `Write "export default" there, or import its names in braces.`
      : didYouMean(wanted, target === undefined ? [] : exportsOf(target.text))
  return importNoExport(wanted, from, failure.short(importer.file), options(failure, place, { hint }))
}

/** What the engine refused to compile although the compiler of TypeScript did not, and what Node refused to load. */
function explainRejected(failure: Failure): TaoError | undefined {
  const { name, message, code } = describe(failure.error)
  const ranNothing = !stackPlaces(failure.error).some(({ file }) =>
    failure.files.some((one) => one.file === file),
  )
  const mistake = name === 'SyntaxError' && ranNothing ? findEngineMistake(failure.files) : undefined
  if (mistake !== undefined) {
    const { place, message } = mistake
    return importSyntax(
      failure.short(place.file),
      message + importedBy(failure, place.file),
      options(failure, place, {}),
    )
  }
  const [, file, line, column, reason] =
    /^(.+?):(\d+):(\d+): (.*)/.exec(name === 'SyntaxError' ? message : '') ?? []
  if (file !== undefined && reason !== undefined) {
    const place = { file, line: Number(line), column: Number(column) }
    return importSyntax(failure.short(file), reason, options(failure, place, {}))
  }
  if (!/^ERR_(?:UNKNOWN_FILE_EXTENSION|UNSUPPORTED|PACKAGE|INVALID_(?:MODULE|PACKAGE)|IMPORT_A)/.test(code))
    return undefined
  const hint = code.startsWith('ERR_IMPORT_A')
    ? `Write: import data from './file.json' with { type: 'json' }`
    : undefined
  const place = stackPlaces(failure.error)[0] ?? { file: failure.file }
  return importFailed(failure.short(failure.file), message.split('\n')[0]!, options(failure, place, { hint }))
}

function explainThrown(failure: Failure): TaoError {
  const { name, message } = describe(failure.error)
  const places = stackPlaces(failure.error)
  const own = places.find(({ file }) => failure.files.some((graphFile) => graphFile.file === file))
  const outside = places.find(({ file }) => !/[\\/]node_modules[\\/]/.test(file))
  const place = own ?? outside ?? { file: failure.file }
  if (isTaoError(failure.error)) {
    const { code, status, exitCode, hint, details } = failure.error
    if (failure.error.place !== undefined) return failure.error
    return new TaoError({ code, status, exitCode }, message, { hint, place, details, cause: failure.error })
  }
  const reason = failure.error instanceof Error ? `${name}: ${message}` : `it threw ${message}`
  return importThrew(
    failure.short(place.file),
    reason + importedBy(failure, place.file),
    options(failure, place, {}),
  )
}

/** By its shape: the site's copy of tao may be another one than this. */
function isTaoError(error: unknown): error is TaoError {
  return error instanceof TaoError || (error instanceof Error && error.name === 'TaoError' && 'code' in error)
}

function describe(error: unknown): { name: string; message: string; stack: string; code: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error), stack: '', code: '' }
  const code = (error as { code?: unknown }).code
  return {
    name: error.name,
    message: error.message,
    stack: error.stack ?? '',
    code: typeof code === 'string' ? code : '',
  }
}

function asPath(location: string): string {
  return location.startsWith('file:') ? fileURLToPath(location) : location
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
