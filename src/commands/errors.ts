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
