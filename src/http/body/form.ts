import type { UploadedFile } from './uploaded-file.ts'

export type FormValue = string | UploadedFile

/** A form that was sent: reads like `FormData`. Names are flat strings: `a[$gt]` is a name like any other. */
export declare class Form implements Iterable<[string, FormValue]> {
  constructor(entries?: Iterable<readonly [string, FormValue]>, dispose?: () => Promise<void>)
  get size(): number
  get(name: string): FormValue | null
  getAll(name: string): FormValue[]
  has(name: string, value?: string): boolean
  /** The first text of this name; `undefined` when there is none. */
  text(name: string): string | undefined
  /** The first file of this name; `undefined` when there is none. */
  file(name: string): UploadedFile | undefined
  keys(): IterableIterator<string>
  values(): IterableIterator<FormValue>
  entries(): IterableIterator<[string, FormValue]>
  forEach(visit: (value: FormValue, name: string, form: Form) => void, self?: unknown): void
  [Symbol.iterator](): IterableIterator<[string, FormValue]>
  /** Removes what was spooled to disk; to be called when the request is over. Safe to call twice. */
  dispose(): Promise<void>
}
