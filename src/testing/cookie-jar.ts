import { parseSetCookie, stringifyCookie } from 'cookie'

/** Keeps the cookies a site sets, for one host and all paths. */
export interface CookieJar {
  /** What goes into the `Cookie` header; `undefined` when there is nothing. */
  header(): string | undefined
  take(setCookie: readonly string[]): void
  get(name: string): string | undefined
  set(name: string, value: string): void
  delete(name: string): void
  clear(): void
}

export function createCookieJar(): CookieJar {
  const values = new Map<string, string>()
  return {
    header: () => (values.size === 0 ? undefined : stringifyCookie(Object.fromEntries(values))),
    take(lines) {
      for (const line of lines) {
        const { name, value, maxAge, expires } = parseSetCookie(line)
        const isGone =
          maxAge !== undefined ? maxAge <= 0 : expires !== undefined && expires.getTime() <= Date.now()
        if (isGone) values.delete(name)
        else values.set(name, value ?? '')
      }
    },
    get: (name) => values.get(name),
    set: (name, value) => void values.set(name, value),
    delete: (name) => void values.delete(name),
    clear: () => values.clear(),
  }
}
