/** Grows by declaration merging: a site declares here what its sessions hold. */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface SessionData {}

/** A message kept for the next page. */
export interface Flash {
  kind: string
  message: string
}

/** What committing a session has to know. */
export interface Snapshot {
  /** The JSON of what is to be kept. */
  text: string
  /** The text differs from what was opened. */
  changed: boolean
  /** To be sealed anew even if it does not. */
  renew: boolean
  /** When the seal it was opened from ends; `undefined` when it came from none. */
  expires: number | undefined
}

/** The key under which waiting flashes travel inside the seal. */
const FLASHES = '_flashes'

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging, typescript/no-empty-object-type -- joins the two
export interface Session extends SessionData {}

/**
 * What one visitor's requests remember: a plain object whose enumerable properties are the data, plus a few
 * methods. It is written back only when its content differs from what was opened.
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- what a site declares is there once it has stored it
export class Session {
  [key: string]: unknown
  readonly #opened: string
  readonly #expires: number | undefined
  #flashes: Flash[] = []
  #renew = false

  /**
   * @param text the JSON of the data as it was sealed
   * @param expires when that seal ends; left out for a session that comes from no seal
   */
  constructor(text: string = '{}', expires?: number) {
    this.#opened = text
    this.#expires = expires
    if (text === '{}') return
    const data = JSON.parse(text) as Record<string, unknown>
    for (const key of Object.keys(data)) {
      if (key === FLASHES) this.#flashes = readFlashes(data[key])
      // A sealed key that names a method, or __proto__, would take the session apart.
      else if (!(key in Session.prototype)) this[key] = data[key]
    }
  }

  /** Forgets everything. The cookie is removed, unless something is stored afterwards. */
  destroy(): void {
    for (const key of Object.keys(this)) delete this[key]
    this.#flashes = []
    this.#renew = true
  }

  /** Keeps the content but seals it anew, with its whole life before it: for the moment someone logs in. */
  regenerate(): void {
    this.#renew = true
  }

  /** Leaves a message for the next page that asks: `session.flash('success', 'Saved.')`. */
  flash(kind: string, message: string): void {
    this.#flashes.push({ kind, message })
  }

  /** Takes the waiting messages, all or those of one kind; they are gone afterwards. */
  flashes(kind?: string): Flash[] {
    const all = this.#flashes
    if (all.length === 0) return []
    this.#flashes = kind === undefined ? [] : all.filter((flash) => flash.kind !== kind)
    return kind === undefined ? all : all.filter((flash) => flash.kind === kind)
  }

  static snapshot(session: Session): Snapshot {
    const data = Object.assign({} as Record<string, unknown>, session)
    if (session.#flashes.length > 0) data[FLASHES] = session.#flashes
    const text = JSON.stringify(data)
    return { text, changed: text !== session.#opened, renew: session.#renew, expires: session.#expires }
  }
}

// Assigning to a method by mistake (`session.destroy = true`) throws instead of losing the method.
for (const name of Object.getOwnPropertyNames(Session.prototype)) {
  Object.defineProperty(Session.prototype, name, { writable: false })
}

// `session[name] = value` with a name from a request must not replace the prototype and the methods with it.
Object.defineProperty(Session.prototype, '__proto__', {
  get: () => undefined,
  set() {},
})

function readFlashes(value: unknown): Flash[] {
  if (!Array.isArray(value)) return []
  return value.filter(
    (flash): flash is Flash => typeof flash?.kind === 'string' && typeof flash.message === 'string',
  )
}
