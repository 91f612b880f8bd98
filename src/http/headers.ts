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

/** A header's value; the lines of `Set-Cookie`, the one header that must not be joined, stand apart. */
type HeaderValue = string | string[]

/**
 * An answer's headers. They behave like the web's `Headers`, but keep `Set-Cookie` lines apart and cost a fraction: most
 * answers have two of them, which are found faster by walking than in a map.
 */
export class ResponseHeaders implements Iterable<[string, string]> {
  readonly #names: string[] = []
  readonly #values: HeaderValue[] = []

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
    const value = this.#values[this.#find(name)]
    if (value === undefined) return null
    return typeof value === 'string' ? value : value.join(', ')
  }

  has(name: string): boolean {
    return this.#find(name) >= 0
  }

  set(name: string, value: string): void {
    const at = this.#find(name)
    if (at >= 0) this.#values[at] = value
    else this.#add(name, value)
  }

  append(name: string, value: string): void {
    const at = this.#find(name)
    if (at < 0) return this.#add(name, isSetCookie(name) ? [value] : value)
    const known = this.#values[at]!
    if (typeof known === 'string')
      this.#values[at] = isSetCookie(name) ? [known, value] : `${known}, ${value}`
    else known.push(value)
  }

  delete(name: string): void {
    const at = this.#find(name)
    if (at < 0) return
    this.#names.splice(at, 1)
    this.#values.splice(at, 1)
  }

  /** Every `Set-Cookie` line. */
  getSetCookie(): string[] {
    const value = this.#values[this.#find('set-cookie')]
    return value === undefined ? [] : [value].flat()
  }

  /** Whether one of its names is in a set of names in lower case. */
  hasAnyOf(names: ReadonlySet<string>): boolean {
    for (const name of this.#names) if (names.has(name)) return true
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
    const values = [...this.#values]
    for (const [at, name] of [...this.#names].entries()) {
      const value = values[at]!
      if (typeof value === 'string') yield [name, value]
      else for (const item of value) yield [name, item]
    }
  }

  /** Appends name, value, name, value ... to a list, the form Node writes fastest; the lines of `Set-Cookie` as one list. */
  pushTo(list: HeaderValue[]): void {
    for (let i = 0; i < this.#names.length; i++) list.push(this.#names[i]!, this.#values[i]!)
  }

  #find(name: string): number {
    const at = this.#names.indexOf(name)
    if (at >= 0) return at
    const lower = name.toLowerCase()
    return lower === name ? -1 : this.#names.indexOf(lower)
  }

  #add(name: string, value: HeaderValue): void {
    this.#names.push(name.toLowerCase())
    this.#values.push(value)
  }
}

function isSetCookie(name: string): boolean {
  return name.length === 10 && name.toLowerCase() === 'set-cookie'
}
