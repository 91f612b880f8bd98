/** A `Content-Type` or `Content-Disposition`: its value, and its parameters in order, names in lower case. */
export interface HeaderValue {
  value: string
  parameters: [name: string, value: string][]
}

/** One parameter: a token or a quoted string after `name=`, to be matched where the last one ended. */
const PARAMETER = /\s*;\s*(?:([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;"]*)))?/y

/**
 * Takes a header with parameters apart.
 * @returns `undefined` when it cannot be understood
 * @see RFC 9110 section 5.6.6
 */
export function parseHeaderValue(header: string): HeaderValue | undefined {
  const end = header.indexOf(';')
  const value = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase()
  const parameters: [string, string][] = []
  let at = end === -1 ? header.length : end
  while (at < header.length) {
    PARAMETER.lastIndex = at
    const found = PARAMETER.exec(header)
    if (found === null) return header.slice(at).trim() === '' ? { value, parameters } : undefined
    at = PARAMETER.lastIndex
    const [, name, quoted, token] = found
    if (name !== undefined)
      parameters.push([name.toLowerCase(), quoted === undefined ? token!.trim() : unquote(quoted)])
  }
  return { value, parameters }
}

/** All values of a parameter. */
export function parametersOf(header: HeaderValue, name: string): string[] {
  return header.parameters.filter(([known]) => known === name).map(([, value]) => value)
}

function unquote(text: string): string {
  // Only these two are escapes. Old browsers send `C:\dir\name`, whose backslashes mean themselves.
  return text.replace(/\\(["\\])/g, '$1')
}
