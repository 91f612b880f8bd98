import { createError, type ErrorFactory } from '../base/errors.ts'

export const badRoutesFile: ErrorFactory<[file: string, what: string]> = createError(
  'TAO_ROUTES_FILE',
  (file: string, what: string) => `The default export of ${file} is ${what}, where a list of routes belongs.`,
)

export const badMiddlewareFile: ErrorFactory<[file: string, what: string]> = createError(
  'TAO_MIDDLEWARE_FILE',
  (file: string, what: string) =>
    `The default export of ${file} is ${what}, where a list of middleware belongs.`,
)

export const badCertificates: ErrorFactory<[app: string, file: string, reason: string]> = createError(
  'TAO_REMOTE_CA',
  (app: string, file: string, reason: string) =>
    `settings.apps.${app}.remote.ca names ${file}, of which no certificate could be read: ${reason}`,
)
