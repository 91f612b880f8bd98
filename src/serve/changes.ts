import type { SourceKind, Sources } from './sources.ts'

/** What several changed files ask for together: the strongest of what each asks for. */
export function strongestKind(files: readonly string[], sources: Sources): SourceKind | undefined {
  const kinds = new Set(files.map((file) => sources.kindOf(file)))
  return (['code', 'template', 'static', 'style'] as const).find((kind) => kinds.has(kind))
}
