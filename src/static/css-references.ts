import { posix } from 'node:path'

/** What a file says where it names another one. */
export interface StaticReference {
  /** The path it leads to, below the static folders. */
  target: string
  /** As it is written there. */
  name: string
  /** Where in the text. */
  offset: number
  /** Source maps may be missing: browsers do without, and packages often leave them out. */
  mayMiss: boolean
}

/**
 * Says what to write for a reference: the path of a file, below the static folders; `undefined` leaves it as it is.
 */
export type RenameReference = (reference: StaticReference) => string | undefined

/** `url(...)` in any quoting, and `@import "..."`. Comments are matched so that what they hold is left alone. */
const REFERENCE =
  /\/\*[^]*?\*\/|(\burl\(\s*)(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'()]+))(\s*\))|(@import\s+)(?:"([^"\n]*)"|'([^'\n]*)')/gi

const SOURCE_MAP = /^(\/\*# sourceMappingURL=)([^\s*]+)(\s*\*\/)$/

/**
 * Replaces the names of files in a style sheet.
 * @param path the style sheet's own path, from which its references count
 * @param base the static URL; a reference that begins with it counts from there
 */
export function renameCssReferences(
  css: string,
  path: string,
  base: string,
  rename: RenameReference,
): string {
  return css.replace(REFERENCE, (whole: string, ...groups: unknown[]) => {
    const [open, double, single, bare, close, atImport, importDouble, importSingle] = groups as (
      | string
      | undefined
    )[]
    const offset = groups.at(-2) as number
    const map = whole.startsWith('/*') ? SOURCE_MAP.exec(whole) : null
    if (map !== null) {
      const renamed = renameName(map[2]!, { path, base, offset, mayMiss: true }, rename)
      return renamed === undefined ? whole : `${map[1]}${renamed}${map[3]}`
    }
    const given = double ?? single ?? bare ?? importDouble ?? importSingle
    if (given === undefined) return whole
    const renamed = renameName(given, { path, base, offset, mayMiss: false }, rename)
    if (renamed === undefined) return whole
    return atImport === undefined ? `${open}"${renamed}"${close}` : `${atImport}"${renamed}"`
  })
}

/** Where a reference stands, and how. */
interface Standing {
  path: string
  base: string
  offset: number
  mayMiss: boolean
}

/** A reference as it is to be written, its query and fragment kept. */
export function renameName(
  given: string,
  { path, base, ...standing }: Standing,
  rename: RenameReference,
): string | undefined {
  const [, name, rest] = /^([^?#]*)(.*)$/s.exec(given) as unknown as [string, string, string]
  const target = resolveReference(name, path, base)
  const renamed = target === undefined ? undefined : rename({ target, name: given, ...standing })
  if (renamed === undefined) return undefined
  const way = posix.relative(posix.dirname(path), renamed)
  return way.split('/').map(encodeURIComponent).join('/') + rest
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
  // A fragment of the page that was written with an escape.
  if (decoded.startsWith('#')) return undefined
  if (decoded.startsWith('/')) return decoded.startsWith(base) ? decoded.slice(base.length) : undefined
  return posix.join(posix.dirname(path), decoded)
}
