import { createError, type ErrorFactory } from '../../base/errors.ts'

export const bodyTooLarge: ErrorFactory<[what: string, limit: string]> = createError(
  'TAO_BODY_TOO_LARGE',
  (what: string, limit: string) => `${what} is too large: ${limit} at most`,
  { status: 413 },
)

export const bodyTooMany: ErrorFactory<[what: string, limit: number]> = createError(
  'TAO_BODY_TOO_MANY',
  (what: string, limit: number) => `The form has too many ${what}: ${limit} at most`,
  { status: 413 },
)

export const bodyType: ErrorFactory<[given: string | undefined, expected: string]> = createError(
  'TAO_BODY_TYPE',
  (given: string | undefined, expected: string) =>
    `The body is ${given === undefined ? 'of no named type' : `of type ${given}`}; expected ${expected}`,
  { status: 415 },
)

export const bodyEncoding: ErrorFactory<[encoding: string]> = createError(
  'TAO_BODY_ENCODING',
  (encoding: string) =>
    `The body is compressed (Content-Encoding: ${encoding}) and only plain bodies are read`,
  { status: 415 },
)

export const bodyCharset: ErrorFactory<[charset: string, expected: string]> = createError(
  'TAO_BODY_CHARSET',
  (charset: string, expected: string) => `The charset "${charset}" cannot be read here; expected ${expected}`,
  { status: 415 },
)

export const bodyText: ErrorFactory<[what: string, charset: string]> = createError(
  'TAO_BODY_TEXT',
  (what: string, charset: string) => `${what} is not valid ${charset}`,
  { status: 400 },
)

export const bodyJson: ErrorFactory<[line: number, column: number, reason: string]> = createError(
  'TAO_BODY_JSON',
  (line: number, column: number, reason: string) =>
    `The JSON is not valid at line ${line}, column ${column}: ${reason}`,
  { status: 400 },
)

export const bodyForm: ErrorFactory<[reason: string]> = createError(
  'TAO_BODY_FORM',
  (reason: string) => `The form is not valid: ${reason}`,
  { status: 400 },
)

export const bodyAborted: ErrorFactory<[]> = createError(
  'TAO_BODY_ABORTED',
  () => 'The client went away before its body was complete',
  { status: 400 },
)

export const bodyLength: ErrorFactory<[declared: number, received: number]> = createError(
  'TAO_BODY_LENGTH',
  (declared: number, received: number) =>
    `The body has ${received} bytes and its Content-Length says ${declared}`,
  { status: 400 },
)

export const bodyUsed: ErrorFactory<[]> = createError(
  'TAO_BODY_USED',
  () => 'The body of this request was already read',
)

export const uploadGone: ErrorFactory<[name: string]> = createError(
  'TAO_UPLOAD_GONE',
  (name: string) =>
    `The uploaded file "${name}" is no longer there: it can be read once, while its request lasts`,
)

export const uploadName: ErrorFactory<[name: string]> = createError(
  'TAO_UPLOAD_NAME',
  (name: string) => `"${name}" is no name for a file in one folder`,
)

export const uploadExists: ErrorFactory<[path: string]> = createError(
  'TAO_UPLOAD_EXISTS',
  (path: string) => `An upload cannot be saved as ${path}: a file of that name is there`,
)

export const uploadExtension: ErrorFactory<[name: string, accepted: string]> = createError(
  'TAO_UPLOAD_EXTENSION',
  (name: string, accepted: string) => `The file "${name}" is not accepted; it should end in ${accepted}`,
  { status: 400 },
)
