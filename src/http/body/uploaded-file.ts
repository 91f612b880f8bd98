import type { Readable } from 'node:stream'

export interface SaveOptions {
  /** The file's name in the folder; a random one with the client's extension otherwise. An existing file is never replaced. */
  name?: string | undefined
  /** Extensions accepted, with dots: `['.png', '.jpg']`. */
  extensions?: readonly string[] | undefined
}

export interface SavedFile {
  /** Absolute. */
  path: string
  name: string
  size: number
}

export interface UploadedFile {
  /** What the client called it: at most 255 bytes, never a path; data, not to be trusted. */
  readonly name: string
  /** The media type the client named; `application/octet-stream` when it named none. Not to be trusted either. */
  readonly type: string
  readonly size: number
  stream(): Readable
  bytes(): Promise<Buffer>
  text(): Promise<string>
  saveTo(folder: string, options?: SaveOptions): Promise<SavedFile>
}
