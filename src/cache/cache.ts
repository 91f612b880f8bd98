/** What is kept under a key: some text about it, and the thing itself. */
export interface Kept {
  readonly head: string
  readonly body: string | Uint8Array
}

/** The versions of the names that a value is to have, as they were before it was computed. */
export type Versions = Readonly<Record<string, string>>

/** What a look into a store finds: the value, or what `keep` needs to know of the time before it was computed. */
export type Look =
  | { readonly kept: Kept }
  | { readonly kept: undefined; readonly versions: Versions | undefined }

/** Where a cache keeps things. Its values are only as old as the versions of their names. */
export interface CacheStore {
  /** @param names which the value is to be kept under, so that all is asked at once */
  look(key: string, names: readonly string[]): Look | Promise<Look>
  /** @param versions as `look` gave them: what was invalidated since is not kept */
  keep(key: string, kept: Kept, seconds: number, versions: Versions): void | Promise<void>
  forget(key: string): void | Promise<void>
  /** Gives names a new version: nothing that was kept under them is found any more. */
  invalidate(names: readonly string[]): void | Promise<void>
  close(): Promise<void>
}

export interface KeepOptions {
  /** How long. */
  seconds: number
  /** Under which `invalidate` finds it. */
  name?: string | readonly string[] | undefined
}

/** A site's cache: `request.app.cache`. Values are what JSON can carry; each `get` gives a copy. */
export interface Cache {
  /** @returns the value, or `undefined` when there is none, it is too old, or a name of it was invalidated */
  get<Value = unknown>(key: string): Promise<Value | undefined>
  set(key: string, value: unknown, options: KeepOptions | number): Promise<void>
  delete(key: string): Promise<void>
  /** The value, or what `make` gives, which is then kept; of several that ask at once in one process, one makes it. */
  getOrSet<Value>(
    key: string,
    options: KeepOptions | number,
    make: () => Value | Promise<Value>,
  ): Promise<Value>
  /** Forgets whatever was kept under these names, pages too, in every process that shares the cache. */
  invalidate(...names: string[]): Promise<void>
  /** Forgets everything. */
  clear(): Promise<void>
  /** What `cache({ seconds })` around a view uses. */
  readonly pages: CachePages
}

/** A computation under way: others wait for it. */
export interface Flight {
  readonly result: Promise<unknown>
  /** What its look found: who found other versions came after something was invalidated. */
  readonly versions?: Versions | undefined
}

/**
 * Computations by key. One that is not there any more when it ends began before something was invalidated: it is not kept,
 * and nobody who asked later waits for it.
 */
export type Flights = Map<string, Flight>

/** The part of a cache that keeps the answers of views. */
export interface CachePages {
  look(key: string, names: readonly string[]): Look | Promise<Look>
  keep(key: string, kept: Kept, seconds: number, look: Look): void | Promise<void>
  readonly flights: Flights
}
