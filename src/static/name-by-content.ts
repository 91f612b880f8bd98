import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { listReferences, mayRefer, renameReferences } from './references.ts'

/** A file under its hashed name. */
export interface NamedFile {
  hashed: string
  content: Buffer
}

/**
 * Gives every file a name with a hash of its content, and lets the files that name others do so by these names. Files
 * that name each other in a circle get a hash of all of the circle, so that none has to be known before the others.
 */
export function nameByContent(sources: ReadonlyMap<string, Buffer>, url: string): Map<string, NamedFile> {
  const named = new Map<string, NamedFile>()
  for (const circle of inOrder(sources, url)) {
    const rewritten = circle.map((path): [string, Buffer] => [
      path,
      rewrite(path, sources.get(path)!, url, (target) => named.get(target)?.hashed),
    ])
    const common = circle.length === 1 ? undefined : hashOf(...rewritten.map(([, content]) => content))
    const names = new Map(
      rewritten.map(([path, content]): [string, string] => [
        path,
        addHash(path, common === undefined ? hashOf(content) : hashOf(Buffer.from(common + path))),
      ]),
    )
    for (const [path, content] of rewritten) {
      const final =
        common === undefined ? content : rewrite(path, content, url, (target) => names.get(target))
      named.set(path, { hashed: names.get(path)!, content: final })
    }
  }
  return named
}

/** Circles of files, most of one file, each after those it names. Source: Tarjan, 1972. */
function inOrder(sources: ReadonlyMap<string, Buffer>, url: string): string[][] {
  const numbers = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []

  function visit(path: string): number {
    const number = numbers.size
    numbers.set(path, number)
    let low = number
    stack.push(path)
    for (const target of targetsOf(path)) {
      if (!numbers.has(target)) low = Math.min(low, visit(target))
      else if (stack.includes(target)) low = Math.min(low, numbers.get(target)!)
    }
    lowest.set(path, low)
    if (low === number) circles.push(stack.splice(stack.indexOf(path)).sort())
    return low
  }

  function targetsOf(path: string): string[] {
    if (!mayRefer(path)) return []
    const found = listReferences(sources.get(path)!.toString('utf8'), path, url)
    return found.map(({ target }) => target).filter((target) => target !== path && sources.has(target))
  }

  for (const path of sources.keys()) if (!numbers.has(path)) visit(path)
  return circles
}

function rewrite(
  path: string,
  content: Buffer,
  url: string,
  nameOf: (target: string) => string | undefined,
): Buffer {
  if (!mayRefer(path)) return content
  const text = content.toString('utf8')
  const changed = renameReferences(text, path, url, ({ target }) => nameOf(target))
  return changed === text ? content : Buffer.from(changed)
}

function hashOf(...parts: Buffer[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex').slice(0, 12)
}

/** `blog/blog.css` → `blog/blog.1a2b3c4d5e6f.css`. */
function addHash(path: string, hash: string): string {
  const { dir, name, ext } = posix.parse(path)
  return posix.join(dir, `${name}.${hash}${ext}`)
}

/** Whether a name carries a hash as a build gives it; one of its compressed forms does, too. */
export function hasHash(path: string): boolean {
  return /\.[\da-f]{12}(?:\.[^./]+)?(?:\.(?:br|gz))?$/.test(path)
}
