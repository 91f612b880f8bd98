import { lineAndColumn, type Token } from '../project/index.ts'
import { literalKeys } from './literal-keys.ts'
import type { Reference } from './reference.ts'
import type { SourceFile } from './source-files.ts'

/** What `request.url('...')` may be called on; `new Thing().url()` is somebody else's. */
const HOLDERS = new Set(['request', 'req', 'app', 'client'])

/**
 * The names that a file of code hands to `templ()`, `redirect()`, `request.url()`, `app.static()` and their like, as
 * far as they are plain text. Functions count when they come from an import, so that a site's own `templ` is not
 * taken for ours.
 */
export function codeReferences({ file, text, tokens }: SourceFile): Reference[] {
  const imported = importedNames(tokens)
  const found: Reference[] = []
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || tokens[index + 1]?.text !== '(') return
    const argument = tokens[index + 2]
    const follows = tokens[index + 3]?.text
    if (argument?.kind !== 'string' || (follows !== ',' && follows !== ')')) return
    const kind = kindOf(tokens, index, imported)
    if (kind === undefined || (kind === 'url' && !isRouteName(argument.text))) return
    const params = kind !== 'url' ? undefined : follows === ')' ? [] : literalKeys(tokens, index + 4)
    found.push({ kind, name: argument.text, place: { file, ...lineAndColumn(text, argument.start) }, params })
  })
  return found
}

function kindOf(
  tokens: readonly Token[],
  index: number,
  imported: ReadonlySet<string>,
): 'templ' | 'url' | 'static' | undefined {
  const name = tokens[index]!.text
  const dot = tokens[index - 1]?.text
  if (dot !== '.' && dot !== '?.') {
    if (!imported.has(name)) return undefined
    return name === 'templ' ? 'templ' : name === 'redirect' ? 'url' : undefined
  }
  const holder = tokens[index - 2]?.text ?? ''
  if (name === 'url' && HOLDERS.has(holder)) return 'url'
  if (name === 'static' && holder === 'app') return 'static'
  return name === 'render' && holder === 'templ' ? 'templ' : undefined
}

/** A redirect may also name a path of the site; whatever is neither is said when it is sent. */
function isRouteName(name: string): boolean {
  return /^[\w.-]+(?::[\w.-]+)*$/.test(name)
}

/** The names a module imports from the framework, under which it uses them. */
function importedNames(tokens: readonly Token[]): Set<string> {
  const names = new Set<string>()
  tokens.forEach((token, index) => {
    if (token.text !== 'import' || token.kind !== 'word' || tokens[index + 1]?.text !== '{') return
    const clause: string[] = []
    let at = index + 2
    for (; at < tokens.length && tokens[at]!.text !== '}'; at++) clause.push(tokens[at]!.text)
    if (tokens[at + 1]?.text === 'from' && tokens[at + 2]?.text === 'tao1')
      for (const name of clause) names.add(name)
  })
  return names
}
