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
