/** An open store: hand `uri` to the driver's `MongoClient`, call `close` when done. */
export interface Store {
  /** What `MongoClient` takes; the database name may be appended. */
  readonly uri: string
  /** Whether this process owns the data; otherwise it reaches the owner through its socket. */
  readonly owner: boolean
  /** Stops serving and puts everything on the disk (owner), or just lets go (others). */
  close(): Promise<void>
}

export type StoreOptions =
  | { readonly folder: string }
  | { readonly memory: true; readonly name?: string | undefined }

export declare function openStore(options: StoreOptions): Promise<Store>
