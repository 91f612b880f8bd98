import { createError, type ErrorFactory } from '../base/errors.ts'

export const badPath: ErrorFactory<[path: string, why: string]> = createError(
  'TAO_ROUTE_PATH',
  (path: string, why: string) => `The route path "${path}" ${why}.`,
)

export const unknownConverter: ErrorFactory<[path: string, converter: string]> = createError(
  'TAO_ROUTE_CONVERTER',
  (path: string, converter: string) =>
    `The route path "${path}" uses the converter "${converter}", which does not exist.`,
)

export const duplicateRoute: ErrorFactory<[what: string, first: string, second: string]> = createError(
  'TAO_ROUTE_DUPLICATE',
  (what: string, first: string, second: string) => `${what} is routed twice: in ${first} and in ${second}.`,
)

export const duplicateName: ErrorFactory<[name: string, first: string, second: string]> = createError(
  'TAO_ROUTE_NAME_DUPLICATE',
  (name: string, first: string, second: string) =>
    `The route name "${name}" is given twice: in ${first} and in ${second}.`,
)

export const noSuchName: ErrorFactory<[name: string]> = createError(
  'TAO_URL_NAME',
  (name: string) => `There is no route named "${name}".`,
)

export const badUrlParams: ErrorFactory<[name: string, path: string, why: string]> = createError(
  'TAO_URL_PARAMS',
  (name: string, path: string, why: string) => `The URL of "${name}" (${path}) cannot be made: ${why}.`,
)

export const malformedPath: ErrorFactory<[]> = createError(
  'TAO_PATH_MALFORMED',
  () => 'The path holds a percent-encoding that is no valid UTF-8.',
  { status: 400 },
)
