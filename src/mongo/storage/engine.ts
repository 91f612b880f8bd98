/** One stored pair. */
export interface Entry {
  readonly key: string
  /** Never written to again. */
  readonly value: Buffer
}

export interface ScanOptions {
  /** How many entries at most: a scan is one chunk, read at once. */
  readonly limit: number
  /** From the end of the range to its start. */
  readonly reverse?: boolean
}

/**
 * An ordered map of bytes to bytes that survives its process; its keys are strings of bytes, as `keys.ts` makes them.
 *
 * Reads are synchronous and see every write made so far. Writes are collected by `put` and `remove`
 * and acknowledged together by `commit`: all of them or, when it throws, none.
 */
export interface Engine {
  /** The value is never written to again, unless it was put since the last commit and is undone. */
  get(key: string): Buffer | undefined
  /** Entries with `from <= key < to`, in key order. */
  scan(from: string, to: string, options: ScanOptions): Entry[]
  /** Copies the value, and a checksum behind it if there is one (4 bytes, little-endian). */
  put(key: string, value: Buffer, checksum?: number): void
  remove(key: string): void
  /** Makes the writes since the last commit survive the process; throws and undoes them when it cannot. */
  commit(): void
  /** Undoes the writes since the last commit. */
  rollback(): void
  /** Resolves when every committed write is on the disk. */
  sync(): Promise<void>
  /** What a writer of many documents waits for between two commits; undefined when it may go on. */
  ready(): Promise<void> | undefined
  /** Why the engine takes no writes any more, if so. */
  readonly failure: Error | undefined
  /** Bytes held, on disk or in memory. */
  size(): number
  close(): Promise<void>
  /** Writes nothing any more, not even what was acknowledged: the data belong to somebody else now. */
  abandon(): void
}
