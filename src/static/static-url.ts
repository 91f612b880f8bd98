import { staticPath } from './errors.ts'
import type { StaticManifest } from './manifest.ts'
import { isPlainName } from './static-path.ts'

/**
 * Makes the function behind `static()`: a path to its URL, hashed where a build knows it.
 * A file the build does not know keeps its plain URL, which is served as well: a page does not fail in production
 * for a name that worked in development.
 * @param base with slashes at both ends
 */
export function createStaticUrl(
  base: string,
  manifest: StaticManifest | undefined,
): (path: string) => string {
  return (given) => {
    const path = given.startsWith('/') ? given.slice(1) : given
    const built = manifest?.files[path]
    if (built !== undefined) return base + encode(built.path)
    // What most paths are made of needs no further look.
    if (/^\w[\w-]*(?:[./]\w[\w-]*)*$/.test(path)) return base + path
    const [, name, rest] = /^([^?#]*)(.*)$/s.exec(path) as unknown as [string, string, string]
    // A name is taken as it is on disk: a percent sign stands for itself.
    if (!name.split('/').every(isPlainName)) {
      throw staticPath(given, { hint: 'It is relative to the static folders: static("blog/blog.css").' })
    }
    const known = manifest?.files[name]
    return (
      base +
      encode(known?.path ?? name) +
      encodeURI(rest.replace(/\p{Cs}/gu, '\u{fffd}')).replaceAll('%25', '%')
    )
  }
}

function encode(path: string): string {
  return encodeURIComponent(path).replaceAll('%2F', '/')
}
