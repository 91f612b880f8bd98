import { isAbsolute, relative } from 'node:path'

/** A path as a user of the project writes it: relative to the root when it lies inside. */
export function shortPath(path: string, root: string): string {
  const short = relative(root, path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}
