import type { UploadedFile } from './uploaded-file.ts'

export type FormValue = string | UploadedFile

/** A form that was sent: reads like `FormData`. Names are flat strings: `a[$gt]` is a name like any other. */
export class Form implements Iterable<[string, FormValue]> {
  readonly #entries: readonly (readonly [string, FormValue])[]
  readonly #dispose: (() => Promise<void>) | undefined

  constructor(entries: Iterable<readonly [string, FormValue]> = [], dispose?: () => Promise<void>) {
    this.#entries = [...entries]
    this.#dispose = dispose
  }

  get size(): number {
    return this.#entries.length
  }

  get(name: string): FormValue | null {
    return this.#entries.find(([known]) => known === name)?.[1] ?? null
  }

  getAll(name: string): FormValue[] {
    return this.#entries.filter(([known]) => known === name).map(([, value]) => value)
  }

  has(name: string, value?: string): boolean {
    return this.#entries.some(([known, held]) => known === name && (value === undefined || held === value))
  }

  /** The first text of this name; `undefined` when there is none. */
  text(name: string): string | undefined {
    for (const [known, value] of this.#entries) if (known === name && typeof value === 'string') return value
    return undefined
  }

  /** The first file of this name; `undefined` when there is none. */
  file(name: string): UploadedFile | undefined {
    for (const [known, value] of this.#entries) if (known === name && typeof value !== 'string') return value
    return undefined
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.#entries) yield name
  }

  *values(): IterableIterator<FormValue> {
    for (const [, value] of this.#entries) yield value
  }

  entries(): IterableIterator<[string, FormValue]> {
    return this.#entries.map(([name, value]): [string, FormValue] => [name, value]).values()
  }

  forEach(visit: (value: FormValue, name: string, form: Form) => void, self?: unknown): void {
    for (const [name, value] of this.#entries) visit.call(self, value, name, this)
  }

  [Symbol.iterator](): IterableIterator<[string, FormValue]> {
    return this.entries()
  }

  /** Removes what was spooled to disk; for the end of the request. Safe to call twice. */
  dispose(): Promise<void> {
    return this.#dispose?.() ?? Promise.resolve()
  }
}
