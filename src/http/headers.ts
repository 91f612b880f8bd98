import type { IncomingHttpHeaders } from 'node:http'

/** A request's headers, read like the `Headers` of the web: names in any case, `null` for what is not there. */
export class RequestHeaders implements Iterable<[string, string]> {
  readonly #raw: IncomingHttpHeaders

  constructor(raw: IncomingHttpHeaders) {
    this.#raw = raw
  }

  get(name: string): string | null {
    const value = this.#raw[name.toLowerCase()]
    if (value === undefined) return null
    return typeof value === 'string' ? value : value.join(', ')
  }

  has(name: string): boolean {
    return this.#raw[name.toLowerCase()] !== undefined
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value
  }

  *entries(): IterableIterator<[string, string]> {
    for (const name of Object.keys(this.#raw).sort()) {
      const value = this.#raw[name]
      if (value !== undefined) yield [name, typeof value === 'string' ? value : value.join(', ')]
    }
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries()
  }

  forEach(callback: (value: string, name: string) => void): void {
    for (const [name, value] of this) callback(value, name)
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this)
  }
}

export type HeadersInput =
  | Headers
  | ResponseHeaders
  | Readonly<Record<string, string | number | readonly string[]>>

/**
 * An answer's headers. They behave like the web's `Headers`, but keep `Set-Cookie` lines apart and cost a fraction:
 * most answers have two of them.
 */
export class ResponseHeaders implements Iterable<[string, string]> {
  readonly #values = new Map<string, string | string[]>()

  constructor(init?: HeadersInput) {
    if (init === undefined) return
    if (init instanceof ResponseHeaders || init instanceof Headers) {
      for (const [name, value] of init) this.append(name, value)
    } else {
      for (const name in init) {
        const value = init[name]!
        if (typeof value === 'object') for (const item of value) this.append(name, item)
        else this.set(name, String(value))
      }
    }
  }

  get(name: string): string | null {
    const value = this.#values.get(name.toLowerCase())
    if (value === undefined) return null
    return typeof value === 'string' ? value : value.join(', ')
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value)
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase()
    const known = this.#values.get(key)
    if (known === undefined) this.#values.set(key, key === 'set-cookie' ? [value] : value)
    else if (typeof known === 'string') this.#values.set(key, `${known}, ${value}`)
    else known.push(value)
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase())
  }

  /** Every `Set-Cookie` line. */
  getSetCookie(): string[] {
    const value = this.#values.get('set-cookie')
    return value === undefined ? [] : [value].flat()
  }

  /** Whether one of its names is in a set of names in lower case. */
  hasAnyOf(names: ReadonlySet<string>): boolean {
    for (const name of this.#values.keys()) if (names.has(name)) return true
    return false
  }

  /** Adds what is needed to a list such as `Vary` and `Cache-Control`, once. */
  addToList(name: string, item: string): void {
    const known = this.get(name)
    if (known === null) this.set(name, item)
    else if (
      !known
        .toLowerCase()
        .split(/\s*,\s*/)
        .includes(item.toLowerCase())
    )
      this.set(name, `${known}, ${item}`)
  }

  /** One pair for each line as it is sent, names in lower case. */
  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const [name, value] of this.#values) {
      if (typeof value === 'string') yield [name, value]
      else for (const item of value) yield [name, item]
    }
  }

  /** Appends name, value, name, value ... to a list, the form Node writes fastest; the lines of `Set-Cookie` as one list. */
  pushTo(list: (string | string[])[]): void {
    this.#values.forEach((value, name) => list.push(name, value))
  }
}
