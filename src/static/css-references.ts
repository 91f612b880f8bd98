import { posix } from 'node:path'

/** `url(...)` in any quoting, and `@import "..."`. Comments are matched so that what they hold is left alone. */
const REFERENCE =
  /\/\*[^]*?\*\/|(\burl\(\s*)(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'()]+))(\s*\))|(@import\s+)(?:"([^"\n]*)"|'([^'\n]*)')/gi

/**
 * Replaces the names of files in a style sheet.
 * @param rename gets a path below the static folders and returns what to write instead, relative to the sheet or
 *   absolute; `undefined` leaves it as it is
 * @param path the style sheet's own path, from which its references count
 * @param base the static URL; a reference that begins with it counts from there
 */
export function renameCssReferences(
  css: string,
  path: string,
  base: string,
  rename: (path: string) => string | undefined,
): string {
  return css.replace(
    REFERENCE,
    (whole, open, double, single, bare, close, atImport, importDouble, importSingle) => {
      const given: string | undefined = double ?? single ?? bare ?? importDouble ?? importSingle
      if (given === undefined) return whole
      const [, name, rest] = /^([^?#]*)(.*)$/s.exec(given) as unknown as [string, string, string]
      const target = resolveReference(name, path, base)
      const renamed = target === undefined ? undefined : rename(target)
      if (renamed === undefined) return whole
      const quoted = `"${renamed}${rest}"`
      return atImport === undefined ? `${open}${quoted}${close}` : `${atImport}${quoted}`
    },
  )
}

function resolveReference(name: string, path: string, base: string): string | undefined {
  // Another scheme, another host, or a fragment of the page itself.
  if (name === '' || /^[a-z][a-z\d+.-]*:/i.test(name) || name.startsWith('//')) return undefined
  let decoded: string
  try {
    decoded = decodeURIComponent(name)
  } catch {
    return undefined
  }
  if (decoded.startsWith('/')) return decoded.startsWith(base) ? decoded.slice(base.length) : undefined
  return posix.join(posix.dirname(path), decoded)
}
