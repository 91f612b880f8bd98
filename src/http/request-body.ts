import type { IncomingMessage } from 'node:http'
import {
  readBytes,
  readFiles,
  readForm,
  readJson,
  readText,
  type BodyLimits,
  type Form,
  type IncomingFiles,
} from './body/index.ts'
import { bodyTaken } from './errors.ts'

type Reader = 'json' | 'text' | 'bytes' | 'form' | 'files' | 'hijack'

/** The body of one request: read when asked for, once, and remembered. */
export class RequestBody {
  readonly #raw: IncomingMessage
  readonly #limits: BodyLimits
  #reader: Reader | undefined
  #result: unknown
  #value: unknown

  constructor(raw: IncomingMessage, limits: BodyLimits) {
    this.#raw = raw
    this.#limits = limits
  }

  json(): Promise<unknown> {
    return this.#read('json', () => readJson(this.#raw, this.#raw.headers, this.#limits))
  }

  text(): Promise<string> {
    return this.#read('text', () => readText(this.#raw, this.#raw.headers, this.#limits))
  }

  bytes(): Promise<Buffer> {
    return this.#read('bytes', () => readBytes(this.#raw, this.#raw.headers, this.#limits))
  }

  form(): Promise<Form> {
    return this.#read('form', () => readForm(this.#raw, this.#raw.headers, this.#limits))
  }

  files(): IncomingFiles {
    return this.#read('files', () => readFiles(this.#raw, this.#raw.headers, this.#limits))
  }

  /** Removes what an upload left in the temporary folder. */
  dispose(): void {
    if (this.#reader !== 'form') return
    const form = this.#value as Form | undefined
    if (form === undefined) (this.#result as Promise<Form>).then((read) => read.dispose()).catch(() => {})
    else form.dispose().catch(() => {})
  }

  /** What it was read as, and what came of it: `value` as soon as all of it was there. */
  get outcome(): { reader: Reader; result: unknown; value: unknown } | undefined {
    return this.#reader && { reader: this.#reader, result: this.#result, value: this.#value }
  }

  /** Whether anybody began to read. */
  get taken(): boolean {
    return this.#reader !== undefined
  }

  #read<T>(reader: Reader, start: () => T): T {
    if (this.#reader === undefined) {
      this.#reader = reader
      const result = start()
      this.#result = result instanceof Promise ? this.#keepValue(result) : result
    } else if (this.#reader !== reader) {
      throw bodyTaken(this.#reader, reader, {
        hint: `A body is read once: keep what request.${this.#reader}() gave.`,
      })
    }
    return this.#result as T
  }

  /** A page for an error cannot wait for what the body was. */
  async #keepValue<T>(result: Promise<T>): Promise<T> {
    const value = await result
    this.#value = value
    return value
  }
}
