import { createError, type ErrorFactory } from '../base/errors.ts'

export const wrongUsage: ErrorFactory<[message: string]> = createError(
  'TAO_USAGE',
  (message: string) => message,
  {
    exitCode: 2,
  },
)

export const unknownCommand: ErrorFactory<[name: string]> = createError(
  'TAO_COMMAND_UNKNOWN',
  (name: string) => `There is no command "${name}".`,
  { exitCode: 2 },
)

export const commandInvalid: ErrorFactory<[file: string, reason: string]> = createError(
  'TAO_COMMAND_INVALID',
  (file: string, reason: string) => `${file} is no command: ${reason}.`,
)

export const notInstalled: ErrorFactory<[what: string]> = createError(
  'TAO_NOT_INSTALLED',
  (what: string) => `${what} is not installed in this project.`,
)

export const installFailed: ErrorFactory<[command: string, reason: string]> = createError(
  'TAO_INSTALL_FAILED',
  (command: string, reason: string) => `"${command}" ${reason}.`,
)

export const codeUnreadable: ErrorFactory<[reason: string]> = createError(
  'TAO_CODE_UNREADABLE',
  (reason: string) => `The code is not JavaScript: ${reason}.`,
)

export const documentRefused: ErrorFactory<[collection: string, reason: string]> = createError(
  'TAO_DOCUMENT_REFUSED',
  (collection: string, reason: string) =>
    `A document of ${collection} cannot be written: ${reason.replace(/\.$/, '')}.`,
)

export const importUnreadable: ErrorFactory<[where: string, reason: string]> = createError(
  'TAO_IMPORT_UNREADABLE',
  (where: string, reason: string) => `${where} cannot be imported: ${reason.replace(/\.$/, '')}.`,
)

export const exportUnwritten: ErrorFactory<[file: string, why: string]> = createError(
  'TAO_EXPORT_UNWRITTEN',
  (file: string, why: string) => `${file} cannot be written: ${why}.`,
)

export const notConfirmed: ErrorFactory<[what: string]> = createError(
  'TAO_NOT_CONFIRMED',
  (what: string) => `${what}, and nobody is there to be asked.`,
  { exitCode: 4 },
)

export const targetNotEmpty: ErrorFactory<[target: string]> = createError(
  'TAO_TARGET_NOT_EMPTY',
  (target: string) => `There are documents in ${target} already.`,
)

export const copyRefused: ErrorFactory<[reason: string]> = createError(
  'TAO_COPY_REFUSED',
  (reason: string) => reason,
)

export const copyDiffers: ErrorFactory<[collection: string, reason: string]> = createError(
  'TAO_COPY_DIFFERS',
  (collection: string, reason: string) => `The copy of ${collection} is not what was copied: ${reason}.`,
)

export const interruptedWork: ErrorFactory<[what: string]> = createError(
  'TAO_WORK_INTERRUPTED',
  (what: string) => `${what} was interrupted.`,
  { exitCode: 130 },
)

export const noSuchApp: ErrorFactory<[name: string]> = createError(
  'TAO_NO_SUCH_APP',
  (name: string) => `There is no app "${name}" in this project.`,
  { exitCode: 2 },
)

export const offBySettings: ErrorFactory<[name: string]> = createError(
  'TAO_APP_OFF_BY_SETTINGS',
  (name: string) => `settings.apps.${name}.off keeps the app off, whatever is said here.`,
)

export const interruptedBuild: ErrorFactory<[]> = createError(
  'TAO_BUILD_INTERRUPTED',
  () => 'The build was interrupted: the one before is as it was.',
  { exitCode: 130 },
)
