import { createError, type ErrorFactory } from '../base/errors.ts'

export const projectNotFound: ErrorFactory<[message: string]> = createError<[message: string]>(
  'TAO_PROJECT_NOT_FOUND',
  (message) => message,
)

export const settingsUnknownKey: ErrorFactory<[sentence: string]> = createError<[sentence: string]>(
  'TAO_SETTINGS_UNKNOWN_KEY',
  (sentence) => sentence,
)

export const settingsInvalid: ErrorFactory<[sentences: string]> = createError<[sentences: string]>(
  'TAO_SETTINGS_INVALID',
  (sentences) => sentences,
)

export const settingsSecret: ErrorFactory<[why: string]> = createError(
  'TAO_SETTINGS_SECRET',
  (why: string) => `SECRET_KEY is missing or too weak: run "tao secret" (${why})`,
)

export const settingsNotExported: ErrorFactory<[file: string, found: string]> = createError<
  [file: string, found: string]
>(
  'TAO_SETTINGS_NOT_EXPORTED',
  (file, found) => `${file} must export its settings by default, but exports ${found}`,
)

export const envUnreadable: ErrorFactory<[file: string, reason: string]> = createError<
  [file: string, reason: string]
>('TAO_ENV_UNREADABLE', (file, reason) => `${file} could not be read: ${reason}`)

export const appBadName: ErrorFactory<[name: string]> = createError<[name: string]>(
  'TAO_APP_BAD_NAME',
  (name) => `The folder apps/${name} holds a routes file, but "${name}" cannot be the name of an app`,
)

export const appUnknown: ErrorFactory<[name: string]> = createError<[name: string]>(
  'TAO_APP_UNKNOWN',
  (name) =>
    `settings.apps names "${name}", but there is no folder apps/${name} with a routes file and tao has no such app`,
)

export const appPackageMissing: ErrorFactory<[name: string, specifier: string, reason: string]> = createError<
  [name: string, specifier: string, reason: string]
>(
  'TAO_APP_PACKAGE_MISSING',
  (name, specifier, reason) => `settings.apps.${name}.package names "${specifier}", but ${reason}`,
)

export const appTwice: ErrorFactory<[name: string, first: string, second: string]> = createError<
  [name: string, first: string, second: string]
>('TAO_APP_TWICE', (name, first, second) => `Two apps are called "${name}": ${first} and ${second}`)

export const importMissing: ErrorFactory<[specifier: string, importer: string]> = createError<
  [specifier: string, importer: string]
>('TAO_IMPORT_MISSING', (specifier, importer) => `${importer} imports "${specifier}", which does not exist`)

export const importNoExport: ErrorFactory<[name: string, specifier: string, importer: string]> = createError<
  [name: string, specifier: string, importer: string]
>(
  'TAO_IMPORT_NO_EXPORT',
  (name, specifier, importer) =>
    `${importer} imports "${name}" from "${specifier}", which exports no such name`,
)

export const importSyntax: ErrorFactory<[file: string, reason: string]> = createError<
  [file: string, reason: string]
>('TAO_IMPORT_SYNTAX', (file, reason) => `${file} has a syntax error: ${reason}`)

export const importThrew: ErrorFactory<[file: string, reason: string]> = createError<
  [file: string, reason: string]
>('TAO_IMPORT_THREW', (file, reason) => `${file} failed while it was imported: ${reason}`)

export const importFailed: ErrorFactory<[file: string, reason: string]> = createError<
  [file: string, reason: string]
>('TAO_IMPORT_FAILED', (file, reason) => `${file} could not be imported: ${reason}`)

export const switchesUnreadable: ErrorFactory<[file: string, reason: string]> = createError<
  [file: string, reason: string]
>('TAO_APP_SWITCHES', (file, reason) => `${file}, which says what apps are off, could not be read: ${reason}`)

export const switchesUnwritable: ErrorFactory<[file: string, reason: string]> = createError<
  [file: string, reason: string]
>('TAO_APP_SWITCHES_WRITE', (file, reason) => `What apps are off cannot be written to ${file}: ${reason}`)

export const buildUnreadable: ErrorFactory<[file: string, reason: string]> = createError<
  [file: string, reason: string]
>('TAO_BUILD_UNREADABLE', (file, reason) => `The record of the build, ${file}, cannot be used: ${reason}`)

export const buildOfOther: ErrorFactory<[made: string, runs: string]> = createError<
  [made: string, runs: string]
>(
  'TAO_BUILD_OTHER_TAO',
  (made, runs) => `There are no sources here but a build that tao ${made} made, and this is tao ${runs}`,
)
