/** What `tao build` made of the static files. */
export interface StaticManifest {
  version: 1
  /** The folder that holds the hashed files, absolute. */
  folder: string
  /** From a path as `static()` takes it to its file in the folder. */
  files: Readonly<Record<string, ManifestFile>>
}

export interface ManifestFile {
  /** The hashed name, relative to the folder, with `/`. */
  path: string
  size: number
  hash: string
  encodings: readonly ('br' | 'gzip')[]
}

/** Reads a manifest file; `undefined` when there is none. */
export declare function readManifest(file: string): StaticManifest | undefined
