import { importsOf, scanSource, type Token } from '../project/index.ts'

/** A name of another module, written as a plain string. */
export interface ModuleReference {
  specifier: string
  start: number
  end: number
  /** Types alone: nothing is loaded. */
  typeOnly: boolean
  /** Loaded while code runs, if at all. */
  dynamic: boolean
}

export interface ModuleReferences {
  references: ModuleReference[]
  /** Where something is imported whose name is put together while code runs. */
  computed: number[]
}

/** The other modules that a module names: its imports, `import('...')`, and `new URL('...', import.meta.url)`. */
export function findReferences(text: string): ModuleReferences {
  const tokens = scanSource(text)
  const byStart = new Map(tokens.map((token): [number, Token] => [token.start, token]))
  const references = importsOf(text).map(({ specifier, start, typeOnly, dynamic }) => ({
    specifier,
    start,
    end: byStart.get(start)!.end,
    typeOnly,
    dynamic,
  }))
  const computed: number[] = []
  tokens.forEach(({ text: word, kind, start }, index) => {
    if (kind !== 'word' || tokens[index + 1]?.text !== '(') return
    const argument = tokens[index + 2]
    if (word === 'import' && tokens[index - 1]?.text !== '.' && argument?.kind !== 'string')
      computed.push(start)
    const here = tokens
      .slice(index + 3, index + 9)
      .map((token) => token.text)
      .join('')
    if (word === 'URL' && argument?.kind === 'string' && here.startsWith(',import.meta.url')) {
      const { text: specifier, start: at, end } = argument
      references.push({ specifier, start: at, end, typeOnly: false, dynamic: true })
    }
  })
  return { references: references.sort((a, b) => a.start - b.start), computed }
}
