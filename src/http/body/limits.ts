/** How much of a request's body is read. Bytes, unless said otherwise. */
export interface BodyLimits {
  /** A body held in memory: text, JSON, a url-encoded form, and the plain fields of a multipart form together. */
  body: number
  /** How many fields a form may have. */
  fields: number
  /** One field's value. */
  fieldSize: number
  /** How many files a form may have. */
  files: number
  fileSize: number
  /** A whole multipart body. */
  upload: number
  /** How deep arrays and objects of a JSON body may nest. */
  jsonDepth: number
  /** Whether keys of a JSON body may begin with `$`, as operators of MongoDB do. */
  jsonOperators: boolean
}

/** `1 MiB`, `500 bytes`: a limit as people read it. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1 << 20) return `${round(bytes / (1 << 20))} MiB`
  if (bytes >= 1 << 10) return `${round(bytes / (1 << 10))} KiB`
  return `${bytes} bytes`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
