import type { BSONRegExp } from '../bson/value.ts'

/** The text every match begins with, as far as the pattern says so plainly: `^abc.*` begins with `abc`. */
export function regexPrefix({ pattern, options }: BSONRegExp): string {
  if (/[imx]/.test(options) || pattern.includes('|')) return ''
  const start = /^(?:\^|\\A)/.exec(pattern)
  if (!start) return ''
  let prefix = ''
  let at = start[0].length
  while (at < pattern.length) {
    const escaped = pattern[at] === '\\'
    const char = escaped ? (pattern[at + 1] ?? '') : (pattern[at] as string)
    // A letter or digit after a backslash is a class, not itself.
    if (escaped ? !/^[^\w\s]$/.test(char) : !/^[\w\s\-:,;@!"'#%&/<>=~`]$/.test(char)) break
    const end = at + (escaped ? 2 : 1)
    if (/[*?{+]/.test(pattern[end] ?? '')) break
    prefix += char
    at = end
  }
  return prefix
}
