/**
 * The names on the way to a static file, from the part of a URL below `/static/`.
 * @param path percent-encoded, without query
 * @returns `undefined` for everything that is not plainly a file's path: broken encoding, empty names, `.` and `..`,
 *   names that begin with a dot, slashes, backslashes and control characters, encoded or not
 */
export function splitStaticPath(path: string): string[] | undefined {
  let decoded: string[]
  try {
    decoded = path.split('/').map((name) => (name.includes('%') ? decodeURIComponent(name) : name))
  } catch {
    return undefined
  }
  return decoded.every(isPlainName) ? decoded : undefined
}

/** Whether a decoded name can stand between two slashes of a static file's path. */
export function isPlainName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- NUL ends a name for the system, the others belong into no URL
  if (name === '' || name.startsWith('.') || /[/\\\u0000-\u001f\u007f]|\p{Cs}/u.test(name)) return false
  // Windows drops dots and spaces at the end, and takes what follows a colon for a stream of the file.
  return process.platform !== 'win32' || !/:|[. ]$/.test(name)
}
