/** One stored pair. Both buffers belong to the reader. */
export interface Entry {
  readonly key: Buffer
  readonly value: Buffer
}

export interface ScanOptions {
  /** How many entries at most: a scan is one chunk, read at once. */
  readonly limit: number
  /** From the end of the range to its start. */
  readonly reverse?: boolean
}

/**
 * An ordered map of bytes to bytes that survives its process.
 *
 * Reads are synchronous and see every write made so far. Writes are collected by `put` and `remove`
 * and acknowledged together by `commit`: all of them or, when it throws, none.
 */
export interface Engine {
  get(key: Uint8Array): Buffer | undefined
  /** Entries with `from <= key < to`, in key order. */
  scan(from: Uint8Array, to: Uint8Array, options: ScanOptions): Entry[]
  put(key: Buffer, value: Buffer): void
  remove(key: Buffer): void
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
