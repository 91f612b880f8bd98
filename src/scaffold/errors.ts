import { createError, type ErrorFactory } from '../base/errors.ts'

/** A name that cannot be given to a project or an app: the command was used wrongly. */
export const nameRefused: ErrorFactory<[what: string, name: string, reason: string]> = createError(
  'TAO_NAME_REFUSED',
  (what: string, name: string, reason: string) =>
    name === ''
      ? `The ${what} needs a name: ${reason}.`
      : `"${shown(name)}" cannot be the name of ${withArticle(what)}: ${reason}.`,
  { exitCode: 2 },
)

export const targetTaken: ErrorFactory<[what: string, reason: string]> = createError(
  'TAO_TARGET_TAKEN',
  (what: string, reason: string) => `${what} was not made: ${reason}. Nothing was written.`,
)

export const writeFailed: ErrorFactory<[path: string, reason: string]> = createError(
  'TAO_WRITE_FAILED',
  (path: string, reason: string) => `Could not write ${path}: ${reason}. Nothing was left behind.`,
)

export const undoFailed: ErrorFactory<[path: string, reason: string]> = createError(
  'TAO_UNDO_FAILED',
  (path: string, reason: string) => `Something was left behind: could not remove ${path} again, ${reason}.`,
)

export const interrupted: ErrorFactory<[]> = createError(
  'TAO_INTERRUPTED',
  () => 'Interrupted: nothing was left behind.',
  { exitCode: 130 },
)

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long for this file system',
  ELOOP: 'links lead round in a circle',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'it was made by somebody else meanwhile',
}

/** What an error of the file system means, in words that fit into a sentence. */
export function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return reasons[code] ?? message
}

function withArticle(what: string): string {
  return /^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`
}

/** Long and unprintable names are shown cut and escaped, so that one sentence stays one sentence. */
function shown(name: string): string {
  const printable = JSON.stringify(name).slice(1, -1)
  return printable.length > 60 ? `${printable.slice(0, 57)}...` : printable
}
