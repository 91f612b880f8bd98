import { createError, type ErrorFactory } from '../base/errors.ts'

export const staticPath: ErrorFactory<[path: string]> = createError(
  'TAO_STATIC_PATH',
  (path: string) => `${JSON.stringify(path)} is no path of a static file`,
)

export const staticManifest: ErrorFactory<[file: string, reason: string]> = createError(
  'TAO_STATIC_MANIFEST',
  (file: string, reason: string) =>
    `The manifest of the built static files, ${file}, cannot be used: ${reason}`,
)
