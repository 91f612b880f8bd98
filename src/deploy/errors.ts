import { createError, type ErrorFactory } from '../base/errors.ts'

export const unwritablePath: ErrorFactory<[path: string, what: string]> = createError<
  [path: string, what: string]
>(
  'TAO_DEPLOY_PATH',
  (path, what) =>
    `${JSON.stringify(path)} cannot stand in a configuration file as ${what}: only letters, digits, spaces and _ @ + = : , . / - mean the same in all of them.`,
  { exitCode: 2 },
)

export const portUnknown: ErrorFactory<[]> = createError(
  'TAO_DEPLOY_PORT',
  () =>
    'settings.port is 0, a free port that is another one at each start: nothing could be written down for it.',
  { exitCode: 2 },
)
