import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Manifest } from './manifest.ts'

/** What is to be written: a file with its bytes, or a link. Paths are relative to the target and written with `/`. */
export type Draft =
  | { kind: 'file'; path: string; text: string; mode: number; isKept: boolean }
  | { kind: 'link'; path: string; target: string }

/** The words of the skeletons that are replaced: `{ app: 'blog' }` fills `__app__` in texts and `:app` in paths. */
export type Tokens = Readonly<Record<string, string>>

const skeletons = join(dirname(fileURLToPath(import.meta.url)), '../../skeletons')

/** Reads the skeleton files of a manifest and puts the names in. */
export async function fillSkeleton(manifest: Manifest, tokens: Tokens): Promise<Draft[]> {
  const files = manifest.files.map(
    async ({ source, target, isSecret = false, isKept = isSecret }): Promise<Draft> => {
      const text = await readFile(join(skeletons, source), 'utf8')
      const path = fillPath(target, tokens)
      return {
        kind: 'file',
        path,
        text: fillText(text, tokens, path),
        mode: isSecret ? 0o600 : 0o644,
        isKept,
      }
    },
  )
  const links = manifest.links.map(({ link, target }): Draft => ({
    kind: 'link',
    path: fillPath(link, tokens),
    target: fillPath(target, tokens),
  }))
  return [...(await Promise.all(files)), ...links]
}

function fillPath(path: string, tokens: Tokens): string {
  return path.replaceAll(/:(\w+)/g, (all, word: string) => tokens[word] ?? all)
}

function fillText(text: string, tokens: Tokens, path: string): string {
  return text.replaceAll(/__([a-z]+)__/gi, (all, word: string) => {
    const value = tokens[word]
    if (value === undefined) return all
    return path.endsWith('.json') ? JSON.stringify(value).slice(1, -1) : value
  })
}
