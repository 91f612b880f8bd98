/** Grows by declaration merging: a site declares here what its sessions hold. */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface SessionData {}

/** A message kept for the next page. */
export interface Flash {
  kind: string
  message: string
}

/** The key under which waiting flashes travel inside the seal. */
const FLASHES = '_flashes'

/**
 * What one visitor's requests remember: a plain object whose enumerable properties are the data, plus a few
 * methods. It is written back only when its content differs from what was opened.
 */
export class Session {
  [key: string]: unknown
  readonly #opened: string
  #flashes: Flash[] = []
  #renew = false

  /** `text` is the JSON of the data as it was sealed; it must be an object's. */
  constructor(text: string = '{}') {
    this.#opened = text
    if (text === '{}') return
    const data = JSON.parse(text) as Record<string, unknown>
    for (const [key, value] of Object.entries(data)) {
      if (key === FLASHES) this.#flashes = readFlashes(value)
      // A sealed key that names a method (or __proto__) would replace it: such data is not ours.
      else if (!(key in Session.prototype)) this[key] = value
    }
  }

  /** Forgets everything. The cookie is removed, unless something is stored afterwards. */
  destroy(): void {
    for (const key of Object.keys(this)) delete this[key]
    this.#flashes = []
    this.#renew = true
  }

  /** Keeps the content but seals it anew, with its full life before it; to be called when someone logs in. */
  regenerate(): void {
    this.#renew = true
  }

  /** Leaves a message for the next page that asks: `session.flash('success', 'Saved.')`. */
  flash(kind: string, message: string): void {
    this.#flashes.push({ kind: String(kind), message: String(message) })
  }

  /** Takes the waiting messages, all or those of one kind; they are gone afterwards. */
  flashes(kind?: string): Flash[] {
    const taken = kind === undefined ? this.#flashes : this.#flashes.filter((flash) => flash.kind === kind)
    this.#flashes = kind === undefined ? [] : this.#flashes.filter((flash) => flash.kind !== kind)
    return taken
  }

  /** The JSON of what is to be kept, and whether that differs from what was opened. */
  static snapshot(session: Session): { text: string; changed: boolean; renew: boolean } {
    const data: Record<string, unknown> = { ...session }
    if (session.#flashes.length > 0) data[FLASHES] = session.#flashes
    const text = JSON.stringify(data)
    return { text, changed: text !== session.#opened, renew: session.#renew }
  }
}

// Assigning to a method by mistake (`session.destroy = true`) throws instead of losing the method.
for (const name of Object.getOwnPropertyNames(Session.prototype)) {
  Object.defineProperty(Session.prototype, name, { writable: false })
}

function readFlashes(value: unknown): Flash[] {
  if (!Array.isArray(value)) return []
  return value.filter(
    (flash): flash is Flash => typeof flash?.kind === 'string' && typeof flash.message === 'string',
  )
}
